"""Trains CLIP on rendered scenes and their captions.

    python -m training.train.clip [--init FOLDER] [--resume] [--stop-after MINUTES]

The loss is contrastive, with captions of near misses among the negatives; at first linear heads that read the
attributes help, and fade out at 85 % of the budget. --init inherits the weights whose names and shapes agree from a
folder with text/, vision/ and tokenizer.json.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.data.captions import all_texts, compose
from training.data.dataset import SceneData, load_scenes, to_model_range
from training.data.near_misses import near_miss
from training.paths import TRAINING
from training.train.command_line import parse_arguments
from training.train.config import ClipConfig
from training.train.loop import Run, Step, StepLoss, half_precision, mark_done
from training.train.networks.clip_model import (
    Contrast,
    build_models,
    contrastive_loss,
    describes,
    fits,
    inherit,
    inherit_tokens,
    load_models,
    norm_penalty,
)
from training.train.retrieval import Encoders, retrieval, told_from_near_misses
from training.train.tokenizer_bpe import encode, load_tokenizer, train_tokenizer

TOKENIZER_TEXTS = 20_000
HELP_ENDS = 0.85  # share of the budget after which the heads that read the attributes count for nothing


def cut_padding(ids: Tensor) -> Tensor:
    """Ids [N, T] without the columns that only pad.

    The text model is causal and pools at the first EOS, so they only cost time.
    """
    return ids[:, : int((ids != ids[0, -1]).sum(1).max()) + 1]


def make_tokenizer(folder: Path, seed: int) -> Tokenizer:
    """The run's tokenizer, trained on captions of random scenes when the run begins."""
    path = folder / "tokenizer.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        train_tokenizer(all_texts(TOKENIZER_TEXTS, seed)).save(str(path))
    return load_tokenizer(path)


def inherit_from(folder: Path, text: nn.Module, vision: nn.Module, tokenizer: Tokenizer) -> None:
    """Begins with the weights of the CLIP in `folder`.

    The embeddings of tokens that both know go by token, not by number.
    """
    older_text, older_vision = load_models(folder)
    print(
        "inherited:",
        inherit(text, older_text),
        "of the text model,",
        inherit(vision, older_vision),
        "of the vision model",
        flush=True,
    )
    inherit_tokens(text, tokenizer, older_text, load_tokenizer(folder / "tokenizer.json"))


@dataclass(frozen=True)
class ClipTrainer:
    """The loss and the sheets of one run."""

    config: ClipConfig
    device: str
    tokenizer: Tokenizer
    scenes: SceneData
    lettered: np.ndarray  # the scenes with a painted word: words are rare, small and learned last
    held_out: SceneData
    run: Run

    def token_ids(self, captions: list[str]) -> Tensor:
        """Ids [N, T] on the device."""
        return cut_padding(torch.from_numpy(encode(self.tokenizer, captions)).long()).to(self.device)

    def loss_of_step(self, step: Step) -> StepLoss:
        """Contrast, the fading help of the heads, and the penalty on norms."""
        config, rng, device = self.config, step.rng, self.device
        text, vision, contrast = (self.run.modules[name] for name in ("text", "vision", "contrast"))

        # Scenes with a caption each, and which attributes [N, 27] it names.
        rows = self.scenes.draw(config.batch, rng, self.lettered, config.lettered_share)
        captions, named = zip(
            *(compose(self.scenes.attributes[i], rng, full=rng.random() < config.full_captions) for i in rows)
        )
        attributes, named = torch.from_numpy(self.scenes.attributes[rows]).to(device), torch.tensor(named).to(device)

        # Captions of near misses of the first scenes; now and then one is true of another scene of the batch.
        missed = np.stack([near_miss(self.scenes.attributes[i], rng) for i in rows[: config.near_misses]])
        false_captions, false_named = zip(*(compose(row, rng, full=True) for row in missed))
        misses_true = fits(torch.tensor(false_named).to(device), torch.from_numpy(missed).to(device), attributes)

        # Embeddings [N, D] of captions and pictures, and [M, D] of the near misses.
        ids = self.token_ids([*captions, *false_captions])
        with half_precision(device):
            of_texts = text(input_ids=ids).text_embeds.float()
            of_images = vision(pixel_values=to_model_range(self.scenes.images[rows]).to(device)).image_embeds.float()
        of_texts, of_misses = of_texts.split([len(captions), len(false_captions)])

        also_true = describes(named, attributes)
        loss = contrastive_loss(of_texts, of_images, contrast.log_scale, also_true, of_misses, misses_true)
        reading_text = contrast.reading_loss(of_texts, named, attributes)
        reading_image = contrast.reading_loss(of_images, torch.ones_like(named), attributes)
        # The help fades out, so that the end of training is contrastive alone.
        help_weight = config.attribute_weight * max(0.0, 1 - step.progress / HELP_ENDS)
        norms = norm_penalty(of_texts) + norm_penalty(of_images)
        total = loss + help_weight * (reading_text + reading_image) + config.norm_weight * norms
        parts = {"contrast": loss.item(), "text": reading_text.item(), "image": reading_image.item()}
        return StepLoss(total, len(rows), parts)

    @torch.no_grad()
    def measured(self) -> dict[str, dict[str, float]]:
        """Shares of held-out pictures retrieved right, and told from their near misses."""
        text, vision = self.run.averages["text"], self.run.averages["vision"]
        clip = Encoders(
            lambda images: vision(pixel_values=images.to(self.device)).image_embeds,
            lambda captions: text(input_ids=self.token_ids(captions)).text_embeds,
        )
        answers = {
            "retrieval": retrieval(clip, self.held_out),
            "near misses": told_from_near_misses(clip, self.held_out),
        }
        share = lambda right: round(right.float().mean().item(), 3)
        return {what: {name: share(right) for name, right in found.items()} for what, found in answers.items()}

    def on_sheet(self, label: str) -> None:
        """Retrieval and near misses on held-out pictures."""
        print(f"sheet {label}: {self.measured()}", flush=True)


def main() -> None:
    arguments, config = parse_arguments(__doc__, "clip.json", ClipConfig)

    # Data: pictures with attributes; captions are drawn anew at each step.
    folder = TRAINING / config.data
    scenes, held_out = load_scenes(folder), load_scenes(folder, "validation")
    lettered = (scenes.column("word") > 0).nonzero()[0]
    print(f"{len(scenes.images)} scenes, {len(lettered)} with a word", flush=True)

    # Networks: the two towers, and the temperature with the heads that help at first.
    tokenizer = make_tokenizer(arguments.out, config.tokenizer_seed)
    text, vision = build_models(config, tokenizer)
    if arguments.init:
        inherit_from(arguments.init, text, vision, tokenizer)
    contrast = Contrast(config.dimension)
    modules = {"text": text, "vision": vision, "contrast": contrast}
    for module in modules.values():
        module.to(arguments.device)

    # Training.
    run = Run(modules, config, arguments)
    trainer = ClipTrainer(config, arguments.device, tokenizer, scenes, lettered, held_out, run)
    if not run.train(trainer.loss_of_step, trainer.on_sheet):
        return

    # What came of it.
    metrics = trainer.measured() | {"temperature": 1 / contrast.log_scale.exp().item()}
    (arguments.out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    print(json.dumps(metrics, indent=1), flush=True)
    mark_done(arguments.out)


if __name__ == "__main__":
    main()
