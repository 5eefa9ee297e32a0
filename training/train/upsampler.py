"""Trains an upsampler (convolutions only, no text) on crops: the one of 256 px, or by its configuration that of 1024
px.

    python -m training.train.upsampler [--config training/configs/upsampler-1024.json] [--init FOLDER] [--resume]

x_0 is predicted as the enlarged condition plus a residual. The condition is degraded in training (`degrade.py`).
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.dataset import CROP_FACTOR, load_crops, to_model_range
from training.data.png import contact_sheet, write_png
from training.paths import TRAINING
from training.train.command_line import parse_arguments
from training.train.config import UpsamplerConfig
from training.train.degrade import degrade
from training.train.diffusion.sampling import make_scheduler, sample
from training.train.diffusion.schedule import add_noise, alpha_bar_table, sample_timesteps, spread
from training.train.loop import Run, Step, StepLoss, half_precision, mark_done
from training.train.networks.unclip_models import PixelUnshuffleUNet2DModel
from training.train.networks.weights import load_weights

SHEET_CROPS = 6  # the first crops, which are never trained on


def enlarge(images: Tensor) -> Tensor:
    """The condition of a stage: bicubic, antialiased, as in docs/pack-format.md."""
    return F.interpolate(images, scale_factor=CROP_FACTOR, mode="bicubic", align_corners=False, antialias=True)


def random_patch(large: Tensor, condition: Tensor, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """The same random square of both, one position a batch."""
    y, x = rng.integers(0, large.shape[-1] - size + 1, 2)
    return large[..., y : y + size, x : x + size], condition[..., y : y + size, x : x + size]


def preconditioning_weight(alpha_bar: Tensor, residual_std: float) -> Tensor:
    """1 / c_out^2 (Karras et al.

    2022, Table 1): makes the loss that of the preconditioned network, one at every noise level.
    """
    variance = residual_std**2
    return (alpha_bar * variance + 1 - alpha_bar) / (variance * (1 - alpha_bar))


@dataclass(frozen=True)
class UpsamplerTrainer:
    """The loss and the sheets of one run."""

    config: UpsamplerConfig
    device: str
    large: np.ndarray  # uint8 [N, 3, S, S]
    small: np.ndarray  # uint8 [N, 3, S / 4, S / 4]
    run: Run
    alpha_bar: Tensor

    def loss_of_step(self, step: Step) -> StepLoss:
        """Weighted mean square of x_0."""
        config, generator, device = self.config, step.generator, self.device

        # A batch: the same square of crops and of their degraded, enlarged conditions.
        rows = step.rng.integers(SHEET_CROPS, len(self.large), config.batch)
        target = to_model_range(self.large[rows]).to(device)
        source = degrade(to_model_range(self.small[rows]).to(device), config.degradation, generator)
        target, condition = random_patch(target, enlarge(source), config.patch, step.rng)

        # Noise.
        t = sample_timesteps(len(rows), generator=generator, **asdict(config.timesteps))
        a = self.alpha_bar[t].to(device)
        x_t = add_noise(target, torch.randn(target.shape, generator=generator).to(device), a)

        with half_precision(device):
            x0 = self.run.modules[config.stage](torch.cat([x_t, condition], 1), t.to(device)).sample
        error = (x0 - target).square()
        loss = (preconditioning_weight(spread(a, target), config.model.residual_std) * error).mean()
        residual = (target - condition).std()
        parts = {"weighted": loss.item(), "x0": error.mean().item(), "residual": residual.item()}
        return StepLoss(loss, len(rows), parts)

    @torch.no_grad()
    def on_sheet(self, label: str) -> None:
        """Condition, sample and truth of held-out crops."""
        config, model = self.config, self.run.averages[self.config.stage]
        condition = enlarge(to_model_range(self.small[:SHEET_CROPS]).to(self.device))
        truth = to_model_range(self.large[:SHEET_CROPS])

        def predict(x: Tensor, t: int, last: bool) -> Tensor:
            with half_precision(self.device):
                return model(torch.cat([x.to(self.device), condition], 1), t).sample.float().cpu()

        scheduler, shape = make_scheduler(asdict(config.scheduler)), tuple(truth.shape[1:])
        images = sample(config.stage, scheduler, config.sheet_steps, shape, list(range(SHEET_CROPS)), predict)
        sheet = contact_sheet([condition.cpu(), images, truth], scale=2)
        write_png(self.run.out / "sheets" / f"{label}.png", sheet)
        print(
            f"sheet {label}: mean square {(images - truth).square().mean():.5f}, "
            f"condition {(condition.cpu() - truth).square().mean():.5f}",
            flush=True,
        )


def main() -> None:
    arguments, config = parse_arguments(__doc__, "upsampler-256.json", UpsamplerConfig)

    # Data: crops of large frames, and the same made smaller.
    large, small = load_crops(TRAINING / config.data)

    # The network begins with no residual at all.
    model = PixelUnshuffleUNet2DModel(**asdict(config.model))
    torch.nn.init.zeros_(model.net.conv_out.weight)
    if arguments.init:
        load_weights(model, arguments.init, config.stage)
    model.to(arguments.device, memory_format=torch.channels_last)

    # Training.
    run = Run({config.stage: model}, config, arguments)
    trainer = UpsamplerTrainer(config, arguments.device, large, small, run, alpha_bar_table())
    if run.train(trainer.loss_of_step, trainer.on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
