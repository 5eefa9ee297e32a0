"""Judges an exported pack by an independent classifier: `python evaluate.py [--sweep] [--large]`.

Samples 200 captions of unseen scenes, each naming every attribute, through prior and decoder in onnxruntime
and counts how often the classifier reads what the caption says. --sweep compares guidance scales on a small
sample; --large also draws a few pictures to 256 and 1024 and times every stage.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from clipwork_training.attributes import ATTRIBUTES
from clipwork_training.captions import compose
from clipwork_training.classifier import classify, load_classifier
from clipwork_training.dataset import load_scenes
from clipwork_training.pack_runtime import Pack
from clipwork_training.png import contact_sheet, write_png
from clipwork_training.training_loop import ROOT

BATCH = 20


def draw_captions(data: Path, count: int, seed: int) -> tuple[list[str], torch.Tensor]:
    """`count` captions of evaluation scenes that name every attribute, and the attributes [count, 6]."""
    rng = np.random.default_rng(seed)
    attributes = load_scenes(data, "evaluation", count).attributes
    return [compose(row, rng, full=True)[0] for row in attributes], torch.from_numpy(attributes)


def generate(pack: Pack, captions: list[str], seeds: list[int], prior_scale=None, decoder_scale=None) -> torch.Tensor:
    """64 px pictures of the captions, in batches."""
    images = []
    for start in range(0, len(captions), BATCH):
        part, part_seeds = captions[start : start + BATCH], seeds[start : start + BATCH]
        text = pack.guided_text(part)
        images.append(pack.decode(pack.prior(text, part_seeds, prior_scale), text, part_seeds, decoder_scale))
    return torch.cat(images)


def accuracy(classifier, images: torch.Tensor, attributes: torch.Tensor) -> tuple[dict[str, float], torch.Tensor]:
    """Share of pictures read right, by attribute, and the table [N, 6] of what was right."""
    right = classify(classifier, images) == attributes
    return dict(zip(ATTRIBUTES, right.float().mean(0).tolist(), strict=True)), right


def shown(scores: dict[str, float]) -> str:
    return "  ".join(f"{name} {100 * value:.1f} %" for name, value in scores.items())


def sweep(pack: Pack, classifier, captions: list[str], attributes: torch.Tensor, seeds: list[int]) -> None:
    for prior_scale in (1.0, 2.0, 4.0):
        for decoder_scale in (1.0, 2.0, 3.5, 6.0):
            scores, _ = accuracy(classifier, generate(pack, captions, seeds, prior_scale, decoder_scale), attributes)
            print(f"prior {prior_scale:g}  decoder {decoder_scale:g}  {shown(scores)}", flush=True)


def draw_large(pack: Pack, images: torch.Tensor, seeds: list[int], out: Path) -> None:
    """Three pictures through both upsamplers, with the time a picture takes."""
    for i, image in enumerate(images[:3]):
        start = time.monotonic()
        middle = pack.upsample("upsampler-256", image[None], seeds[i : i + 1])
        half = time.monotonic()
        large = pack.upsample("upsampler-1024", middle, seeds[i : i + 1])
        print(f"256: {half - start:.2f} s  1024: {time.monotonic() - half:.2f} s", flush=True)
        write_png(out / f"{i}-256.png", contact_sheet([middle]))
        write_png(out / f"{i}-1024.png", contact_sheet([large]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=ROOT.parent / "packs/toybox")
    parser.add_argument("--data", type=Path, default=ROOT / "data/scenes64")
    parser.add_argument("--out", type=Path, default=ROOT / "runs/evaluation")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.count} captions")
    pack, classifier = Pack(arguments.pack), load_classifier(ROOT / "classifier")
    captions, attributes = draw_captions(arguments.data, arguments.count, arguments.seed)
    seeds = list(range(len(captions)))
    if arguments.sweep:
        return sweep(pack, classifier, captions, attributes, seeds)
    start = time.monotonic()
    images = generate(pack, captions, seeds)
    seconds = time.monotonic() - start
    scores, right = accuracy(classifier, images, attributes)
    print(f"{shown(scores)}\n{seconds / len(captions):.2f} s a picture in batches of {BATCH}", flush=True)
    good, bad = right.all(1).nonzero()[:, 0], (~right.all(1)).nonzero()[:, 0]
    for name, rows in (("good", good), ("bad", bad)):
        if len(rows):
            write_png(arguments.out / f"{name}.png", contact_sheet(list(images[rows[:32]].split(8)), scale=2))
            (arguments.out / f"{name}.txt").write_text("\n".join(captions[i] for i in rows[:32]) + "\n")
    (arguments.out / "scores.json").write_text(json.dumps({"seed": arguments.seed, "captions": len(captions)} | scores, indent=1) + "\n")
    if arguments.large:
        draw_large(pack, images, seeds, arguments.out)


if __name__ == "__main__":
    main()
