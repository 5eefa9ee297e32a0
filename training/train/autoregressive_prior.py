"""Trains the autoregressive prior: a causal transformer that draws the codes of an image embedding after a caption.

    python -m training.train.autoregressive_prior [--init FOLDER] [--resume] [--stop-after MINUTES]

Principal components of the embeddings, quantised, and the bucket of z_i . z_t before them; caption dropped 10 % for a
learned null (Ramesh et al. 2022, section 2.2). Prints the perplexity of held-out codes and the cosine of its samples to
the true embeddings.
"""

import math
from dataclasses import asdict, dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.captions import caption
from training.data.dataset import SceneData, load_scenes
from training.paths import TRAINING
from training.train.command_line import parse_arguments
from training.train.config import AutoregressivePriorConfig
from training.train.frozen_clip import FrozenClip, TextBatch, embed_images
from training.train.image_codes import ImageCodes, cosines, fit_image_codes, relative_error
from training.train.loop import Run, Step, StepLoss, half_precision, mark_done
from training.train.networks.autoregressive_prior import AutoregressivePrior
from training.train.networks.weights import load_weights
from training.train.sample_codes import call_of, sample_codes

SHEET_SCENES = 96


def code_losses(
    model: AutoregressivePrior, codes: Tensor, dots: Tensor, text: TextBatch, keep: Tensor
) -> tuple[Tensor, Tensor]:
    """Cross entropies in nats of the bucket of z_i . z_t [N] and of the codes [N, K].

    Places of the caption where no row has a token are left out: nothing sees them.
    """
    length, count = model.config.num_embeddings, codes.shape[1]
    told = int(text.mask.sum(1).max())
    places = torch.cat([torch.arange(told), torch.arange(length, length + 1 + count)]).to(codes.device)
    tokens = torch.cat([codes.new_zeros(len(codes), told + 1), dots[:, None], codes[:, :-1]], 1)
    hidden, _ = model.hidden(tokens, places[None].expand(len(codes), -1), text.embedding, text.states, text.mask, keep)
    of_dot, of_codes = model.dot_head(hidden[:, told]), model.code_head(hidden[:, told + 1 :])
    return (
        F.cross_entropy(of_dot.float(), dots, reduction="none"),
        F.cross_entropy(of_codes.float().transpose(1, 2), codes, reduction="none"),
    )


def text_feeds(text: TextBatch, keep: float) -> dict[str, Tensor]:
    """What `AutoregressivePrior.forward` is told of captions."""
    rows = torch.full((len(text.embedding),), keep)
    return {"text_embedding": text.embedding, "text_states": text.states, "text_mask": text.mask, "keep_text": rows}


@dataclass(frozen=True)
class HeldOut:
    """Scenes that are not trained on, with their full captions."""

    embeddings: np.ndarray  # [N, D]
    text: TextBatch


@dataclass(frozen=True)
class AutoregressivePriorTrainer:
    """The loss and the sheets of one run."""

    config: AutoregressivePriorConfig
    device: str
    clip: FrozenClip
    scenes: SceneData
    image_codes: ImageCodes
    embeddings: np.ndarray  # of every scene's picture, [N, D]
    codes: Tensor  # of them, int64 [N, K]
    held_out: HeldOut
    run: Run

    def loss_of_step(self, step: Step) -> StepLoss:
        """Mean cross entropy of all that is drawn."""
        config, rng, device = self.config, step.rng, self.device
        rows = rng.integers(len(self.codes), size=config.batch)
        text = self.clip.encode_text([caption(self.scenes.attributes[i], rng) for i in rows])
        keep = torch.from_numpy(rng.random(len(rows)) >= config.drop_text).float().to(device)
        dots = self.dots(self.embeddings[rows], text).to(device)
        torch.manual_seed(int(rng.integers(2**63)))  # dropout draws from torch's own stream
        with half_precision(device):
            of_dot, of_codes = code_losses(
                self.run.modules["autoregressive-prior"], self.codes[rows].to(device), dots, text, keep
            )
        loss = torch.cat([of_dot[:, None], of_codes], 1).mean()
        return StepLoss(loss, len(rows), {"codes": of_codes.mean().item(), "dot": of_dot.mean().item()})

    def dots(self, embeddings: np.ndarray, text: TextBatch) -> Tensor:
        """The bucket int64 [N] of z_i . z_t."""
        return torch.from_numpy(self.image_codes.encode_dot(embeddings, text.embedding.cpu().numpy()))

    @torch.no_grad()
    def on_sheet(self, label: str) -> None:
        """Perplexity of held-out codes, and cosines of samples to the picture behind the caption and to another."""
        config, model = self.config, self.run.averages["autoregressive-prior"]
        truth, text = self.held_out.embeddings, self.held_out.text
        codes = torch.from_numpy(self.image_codes.encode(truth)).to(self.device)
        kept = torch.ones(len(codes), device=self.device)
        of_dot, of_codes = code_losses(model, codes, self.dots(truth, text).to(self.device), text, kept)
        nats = of_codes.mean(0)
        print(
            f"sheet {label}: held-out perplexity {math.exp(nats.mean()):.1f} a code "
            f"(first ten {math.exp(nats[:10].mean()):.1f}, last ten {math.exp(nats[-10:].mean()):.1f}), "
            f"z_i . z_t {math.exp(of_dot.mean()):.1f}",
            flush=True,
        )
        for scale in config.sheet_guidance:
            z = self.sampled(text, scale)
            own, others = cosines(z, truth).mean(), cosines(z, np.roll(truth, 1, 0)).mean()
            told = cosines(z, text.embedding.cpu().numpy()).mean()
            print(
                f"sheet {label}: guidance {scale:g}  cosine to its picture {own:.3f}, to another {others:.3f}, "
                f"to its caption {told:.3f}, norm {np.linalg.norm(z, axis=1).mean():.2f}",
                flush=True,
            )

    def sampled(self, text: TextBatch, scale: float) -> np.ndarray:
        """Embeddings [N, D] that the averaged weights draw, seeds 0 to N - 1."""
        network, model = self.config.network, self.run.averages["autoregressive-prior"]
        without, told = text_feeds(text, 0.0), text_feeds(text, 1.0)
        both = {name: torch.cat([without[name], rows.to(self.device)]) for name, rows in told.items()}
        _, codes = sample_codes(
            call_of(model, both),
            caption_length=network.num_embeddings,
            codes=network.num_codes,
            past=(2 * network.num_layers, network.width),
            seeds=list(range(len(text.embedding))),
            scale=scale,
        )
        return self.image_codes.decode(codes)


def main() -> None:
    arguments, config = parse_arguments(__doc__, "autoregressive-prior.json", AutoregressivePriorConfig)
    device, network = arguments.device, config.network

    # Data: the embedding of every scene's picture, and the cosine to one caption of it.
    folder = TRAINING / config.data
    scenes = load_scenes(folder, limit=config.scenes)
    clip = FrozenClip(TRAINING / config.clip, device)
    embeddings = embed_images(clip, scenes.images, half=False).numpy()
    rng = np.random.default_rng(config.seed)
    captions = [caption(row, rng) for row in scenes.attributes]
    told = [clip.encode_text(captions[i : i + 500]).embedding.cpu().numpy() for i in range(0, len(captions), 500)]

    # Codes.
    image_codes = fit_image_codes(
        embeddings,
        cosines(embeddings, np.concatenate(told)),
        codes=network.num_codes,
        buckets=network.num_buckets,
        largest_error=config.largest_error,
        tail=config.tail,
    )
    image_codes.save(arguments.out)
    validation = load_scenes(folder, "validation", SHEET_SCENES)
    held_out = HeldOut(
        embed_images(clip, validation.images, half=False).numpy(),
        clip.encode_text([caption(row, canonical=True) for row in validation.attributes]),
    )
    print(
        f"{network.num_codes} codes of {network.num_buckets} buckets lose "
        f"{100 * relative_error(image_codes, embeddings):.3f} % of the variance, "
        f"held out {100 * relative_error(image_codes, held_out.embeddings):.3f} %"
    )

    # The network.
    model = AutoregressivePrior(**asdict(network))
    if arguments.init:
        load_weights(model, arguments.init, "autoregressive-prior")
    model.to(device)

    # Training.
    run = Run({"autoregressive-prior": model}, config, arguments)
    codes = torch.from_numpy(image_codes.encode(embeddings))
    trainer = AutoregressivePriorTrainer(config, device, clip, scenes, image_codes, embeddings, codes, held_out, run)
    if run.train(trainer.loss_of_step, trainer.on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
