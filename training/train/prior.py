"""Trains the diffusion prior: from a caption's CLIP text embedding and states to the CLIP image embedding.

    python -m training.train.prior [--init FOLDER] [--resume] [--stop-after MINUTES]

Predicts x_0 of standardised embeddings (stored mean and std), caption dropped 10 % for "" (Ramesh et al. 2022,
section 2.1; PriorTransformer). Prints the cosine of its samples to the true embeddings.
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import PriorTransformer
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor

from training.data.captions import caption
from training.data.dataset import SceneData, load_scenes, to_model_range
from training.paths import TRAINING
from training.train.command_line import parse_arguments
from training.train.config import PriorConfig
from training.train.diffusion.sampling import guided, make_scheduler, sample
from training.train.diffusion.schedule import add_noise, alpha_bar_table, sample_timesteps
from training.train.frozen_clip import FrozenClip, TextBatch, embed_images
from training.train.loop import Run, Step, StepLoss, half_precision, mark_done
from training.train.networks.weights import load_weights

SHEET_SCENES = 256


def build(config: PriorConfig) -> PriorTransformer:
    """A fresh prior; the query and the positions start small, not at zero."""
    model = PriorTransformer(**asdict(config.prior))
    model.set_attn_processor(AttnProcessor())  # the plain products train faster than the fused ones on a CPU
    torch.nn.init.normal_(model.positional_embedding, std=0.02)
    torch.nn.init.normal_(model.prd_embedding, std=0.02)
    return model


@torch.no_grad()
def store_statistics(model: PriorTransformer, mean: Tensor, std: Tensor) -> None:
    """Keeps mean and std [D] of the embeddings in the model, untrained: the samplers of a pack need them."""
    for parameter, values in ((model.clip_mean, mean), (model.clip_std, std)):
        parameter.copy_(values[None])
        parameter.requires_grad_(False)


@dataclass(frozen=True)
class PriorTrainer:
    """The loss and the sheets of one run."""

    config: PriorConfig
    device: str
    clip: FrozenClip
    scenes: SceneData
    standardised: Tensor  # embedding of every scene's picture, [N, D]
    mean: Tensor  # [D]
    std: Tensor  # [D]
    held_out: SceneData
    run: Run
    alpha_bar: Tensor

    def loss_of_step(self, step: Step) -> StepLoss:
        """Mean square of x_0."""
        config, rng, generator, device = self.config, step.rng, step.generator, self.device

        # A batch: embeddings of pictures, and captions, some of them dropped.
        rows = rng.integers(len(self.standardised), size=config.batch)
        captions = [caption(self.scenes.attributes[i], rng) if rng.random() >= config.drop_text else "" for i in rows]
        x0 = self.standardised[rows].to(device)

        # Noise.
        t = sample_timesteps(len(rows), generator=generator, **asdict(config.timesteps))
        noise = torch.randn(x0.shape, generator=generator).to(device)
        x_t = add_noise(x0, noise, self.alpha_bar[t].to(device))

        with half_precision(device):
            predicted = predict_x0(self.run.modules["prior"], x_t, t.to(device), self.clip.encode_text(captions))
        loss = (predicted.float() - x0).square().mean()
        return StepLoss(loss, len(rows), {"x0": loss.item()})

    @torch.no_grad()
    def on_sheet(self, label: str) -> None:
        """Cosines of samples to the embedding of the picture behind the caption, and to that of another picture."""
        captions = [caption(row, canonical=True) for row in self.held_out.attributes]
        truth = self.clip.encode_image(to_model_range(self.held_out.images).to(self.device)).cpu()
        text, blank = self.clip.encode_text(captions), self.clip.encode_text([""] * len(captions))
        for scale in self.config.sheet_guidance:
            z = self.sampled(text, blank, scale) * self.std + self.mean
            own, others = F.cosine_similarity(z, truth).mean(), F.cosine_similarity(z, truth.roll(1, 0)).mean()
            print(
                f"sheet {label}: guidance {scale:g}  cosine to its picture {own:.3f}, to another {others:.3f}, "
                f"norm {z.norm(dim=1).mean():.2f} against {truth.norm(dim=1).mean():.2f}",
                flush=True,
            )

    def sampled(self, text: TextBatch, blank: TextBatch, scale: float) -> Tensor:
        """Standardised embeddings [N, D] with classifier-free guidance against `blank` (both with N rows)."""
        config, model, both = self.config, self.run.averages["prior"], blank.followed_by(text)

        def predict(x: Tensor, t: int, last: bool) -> Tensor:
            output = predict_x0(model, torch.cat([x, x]).to(self.device), t, both)
            return guided(*output.float().cpu().chunk(2), scale)

        seeds = list(range(len(text.embedding)))
        return sample(
            "prior", make_scheduler(asdict(config.scheduler)), config.sheet_steps, self.mean.shape, seeds, predict
        )


def predict_x0(model: PriorTransformer, x_t: Tensor, t: Tensor | int, text: TextBatch) -> Tensor:
    """The network's x_0 [N, D] for x_t [N, D]."""
    return model(
        x_t, timestep=t, proj_embedding=text.embedding, encoder_hidden_states=text.states, attention_mask=text.mask
    ).predicted_image_embedding


def main() -> None:
    arguments, config = parse_arguments(__doc__, "prior.json", PriorConfig)
    device = arguments.device

    # Data: the embedding of every scene's picture, standardised.
    folder = TRAINING / config.data
    scenes, held_out = load_scenes(folder), load_scenes(folder, "validation", SHEET_SCENES)
    clip = FrozenClip(TRAINING / config.clip, device)
    embeddings = embed_images(clip, scenes.images)
    mean, std = embeddings.mean(0), embeddings.std(0).clamp(min=1e-3)
    standardised = (embeddings - mean) / std
    # The clip range of the scheduler in the configuration and the manifest is chosen by these.
    sizes = standardised.abs()
    print(f"standardised embeddings: largest {sizes.max():.2f}, 99.99 % below {np.quantile(sizes.numpy(), 0.9999):.2f}")

    # The network.
    model = build(config)
    if arguments.init:
        load_weights(model, arguments.init, "prior")
    store_statistics(model, mean, std)
    model.to(device)

    # Training.
    run = Run({"prior": model}, config, arguments)
    trainer = PriorTrainer(config, device, clip, scenes, standardised, mean, std, held_out, run, alpha_bar_table())
    if run.train(trainer.loss_of_step, trainer.on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
