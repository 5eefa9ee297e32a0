"""Writes test/parity/goldens/codes.json: what torch draws with the toybox's autoregressive prior.

`python -m training.export.codes_goldens` after every export of it; `--check` compares the committed goldens with a new
run and writes nothing.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from training.export.pack import sha256, write_atomically
from training.paths import CONFIGS, GOLDENS, TOYBOX
from training.read_config import read_config
from training.train.config import AutoregressivePriorConfig
from training.train.frozen_clip import FrozenClip
from training.train.image_codes import load_image_codes
from training.train.networks.autoregressive_prior import AutoregressivePrior
from training.train.networks.weights import load_weights
from training.train.sample_codes import call_of, sample_codes

# Caption, seed, guidance scale, temperature, top fraction.
CASES = (
    ("a red cube on sand", 0, 1.0, 1.0, 0.5),
    ("a small shiny blue ball on grass at sunset", 7, 1.5, 1.0, 0.5),
    ("a drawing of a large green cone to the left of a small yellow cylinder on sand", 11, 2.0, 0.7, 0.15),
    ("pixel art of a purple donut on snow by night", 4294967295, 3.0, 1.0, 1.0),
    ("a sign that says yes", 3, 1.5, 0.0, 0.5),
)


def feeds(clip: FrozenClip, captions: list[str]) -> dict[str, torch.Tensor]:
    """What the network is told: rows without a caption, then those of the captions."""
    blank, told = clip.encode_text([""]), clip.encode_text(captions)
    both = lambda name: torch.cat([getattr(blank, name).expand_as(getattr(told, name)), getattr(told, name)])
    keep = torch.cat([torch.zeros(len(captions)), torch.ones(len(captions))])
    return {
        "text_embedding": both("embedding"),
        "text_states": both("states"),
        "text_mask": both("mask"),
        "keep_text": keep,
    }


def make(pack: Path) -> dict:
    """The goldens: of each case what was told and what was drawn."""
    torch.set_num_threads(1)
    network = read_config(CONFIGS / "autoregressive-prior.json", AutoregressivePriorConfig).network
    model, clip, book = AutoregressivePrior(**asdict(network)), FrozenClip(pack, "cpu"), load_image_codes(pack)
    load_weights(model, pack, "autoregressive-prior")
    cases = []
    for text, seed, scale, temperature, top_fraction in CASES:
        dot, codes = sample_codes(
            call_of(model.eval(), feeds(clip, [text])),
            caption_length=network.num_embeddings,
            codes=network.num_codes,
            past=(2 * network.num_layers, network.width),
            seeds=[seed],
            scale=scale,
            temperature=temperature,
            top_fraction=top_fraction,
        )
        cases.append(
            {
                "caption": text,
                "seed": seed,
                "scale": scale,
                "temperature": temperature,
                "topFraction": top_fraction,
                "dot": int(dot[0]),
                "codes": codes[0].tolist(),
                "embedding": [float(f"{value:.9g}") for value in book.decode(codes)[0].astype(np.float64)],
            }
        )
    return {"sha256": sha256((pack / "autoregressive-prior.onnx").read_bytes()), "cases": cases}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=TOYBOX)
    parser.add_argument("--out", type=Path, default=GOLDENS / "codes.json")
    parser.add_argument("--check", action="store_true", help="compare with the goldens in --out; write nothing")
    arguments = parser.parse_args()
    made = make(arguments.pack)
    if not arguments.check:
        write_atomically(arguments.out, (json.dumps(made) + "\n").encode())
        print(f"wrote {arguments.out}: {len(made['cases'])} cases")
    elif json.loads(arguments.out.read_text()) != made:
        raise SystemExit(f"{arguments.out} is not that of a new run")


if __name__ == "__main__":
    main()
