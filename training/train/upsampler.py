"""Trains an upsampler (convolutions only, no text) on crops: `--config configs/upsampler-256.json` or `-1024.json`.

x_0 is predicted as the enlarged condition plus a residual. The condition is degraded in training (`degrade.py`).
"""

import numpy as np
import torch
import torch.nn.functional as F

from training.data.dataset import to_model_range
from training.data.png import contact_sheet, write_png
from training.paths import TRAINING
from training.train.degrade import DEGRADATIONS
from training.train.diffusion.sampling import make_scheduler, sample
from training.train.diffusion.schedule import add_noise, alpha_bar_table, sample_timesteps, spread
from training.train.loop import Run, load_weights, mark_done, parse_arguments
from training.train.networks.unclip_models import PixelUnshuffleUNet2DModel


def load_crops(folder) -> tuple[np.ndarray, np.ndarray]:
    """All shards of `folder`: large uint8 [N, 3, S, S] and small uint8 [N, 3, S/4, S/4]."""
    shards = [np.load(path) for path in sorted(folder.glob("*.npz")) if ".part" not in path.name]
    if not shards:
        raise FileNotFoundError(f"no crops in {folder}")
    return tuple(np.concatenate([shard[key] for shard in shards]) for key in ("large", "small"))


def enlarge(images: torch.Tensor, factor: int = 4) -> torch.Tensor:
    """The condition of a stage: bicubic, antialiased, as in docs/pack-format.md."""
    return F.interpolate(images, scale_factor=factor, mode="bicubic", align_corners=False, antialias=True)


def random_patch(large: torch.Tensor, condition: torch.Tensor, size: int, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """The same random square of both, one position a batch."""
    y, x = rng.integers(0, large.shape[-1] - size + 1, 2)
    return large[..., y : y + size, x : x + size], condition[..., y : y + size, x : x + size]


def main() -> None:
    arguments, config = parse_arguments(__doc__, "upsampler-256.json")
    device, rng = arguments.device, np.random.default_rng(config["seed"])
    generator = torch.Generator().manual_seed(config["seed"])
    large, small = load_crops(TRAINING / config["data"])
    held_out = slice(0, 6)
    model = PixelUnshuffleUNet2DModel(**config["model"])
    torch.nn.init.zeros_(model.net.conv_out.weight)
    if arguments.init:
        load_weights(model, arguments.init, config["stage"])
    model.to(device, memory_format=torch.channels_last)
    run = Run({config["stage"]: model}, config, arguments)
    alpha_bar, degrade = alpha_bar_table(), DEGRADATIONS[config["degradation"]]

    def loss_of_step(progress: float):
        rows = rng.integers(held_out.stop, len(large), config["batch"])
        target, source = to_model_range(large[rows]).to(device), to_model_range(small[rows]).to(device)
        target, condition = random_patch(target, enlarge(degrade(source, config, generator)), config["patch"], rng)
        t = sample_timesteps(len(rows), generator=generator, **config["timesteps"])
        a = alpha_bar[t].to(device)
        x_t = add_noise(target, torch.randn(target.shape, generator=generator).to(device), a)
        with torch.autocast(device, torch.bfloat16):
            x0 = model(torch.cat([x_t, condition], 1), t.to(device)).sample
        # Weighting by 1 / c_out^2 makes the loss that of the preconditioned network, one at every noise level.
        s, a = config["model"]["residual_std"], spread(a, target)
        weight = (a * s**2 + 1 - a) / (s**2 * (1 - a))
        error = (x0 - target).square()
        return (weight * error).mean(), len(rows), {"weighted": (weight * error).mean().item(), "x0": error.mean().item(), "residual": (target - condition).std().item()}

    @torch.no_grad()
    def on_sheet(label: str) -> None:
        """Condition, sample and truth of held-out crops."""
        condition = enlarge(to_model_range(small[held_out]).to(device))

        def predict(x, t, last):
            with torch.autocast(device, torch.bfloat16):
                return run.emas[config["stage"]].module(torch.cat([x.to(device), condition], 1), t).sample.float().cpu()

        shape = tuple(condition.shape[1:])
        images = sample(config["stage"], make_scheduler(config["scheduler"]), config["sheet_steps"], shape, list(range(len(condition))), predict)
        write_png(arguments.out / "sheets" / f"{label}.png", contact_sheet([condition.cpu(), images, to_model_range(large[held_out])], scale=2))
        print(f"sheet {label}: mean square {(images - to_model_range(large[held_out])).square().mean():.5f}, "
              f"condition {(condition.cpu() - to_model_range(large[held_out])).square().mean():.5f}", flush=True)

    if run.train(loss_of_step, on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
