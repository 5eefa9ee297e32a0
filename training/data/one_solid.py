"""Scenes of one solid, for what is tried with synthetic data: their captions, a line each, or their renders.

python -m training.data.one_solid captions 128
python -m training.data.one_solid renders training/sets/one-solid --train 768
"""

import argparse
from itertools import count, islice
from pathlib import Path

import numpy as np
import torch

from training.data.arrange import sample_scene
from training.data.attributes import Scene
from training.data.captions import caption
from training.data.dataset import SceneData, save_shard, to_bytes
from training.data.renderer.render import render

SEED = 2026  # not that of configs/scenes.json: no shipped model has seen these scenes
SIZE, SUPERSAMPLE = 64, 2
AT_ONCE = 100  # renders, which keeps memory small


def one_solid_scenes(split: str, number: int, seed: int = SEED) -> list[Scene]:
    """The first `number` scenes of a split that are photos of one solid without lettering."""
    scenes = (sample_scene(seed, split, i) for i in count())
    return list(islice((scene for scene in scenes if _is_plain(scene)), number))


def _is_plain(scene: Scene) -> bool:
    lettered = scene.board is not None or any(solid.word != "none" for solid in scene.solids)
    return len(scene.solids) == 1 and scene.style == "photo" and not lettered


def render_one_solid(split: str, number: int, seed: int = SEED) -> SceneData:
    """The same scenes, rendered."""
    scenes = one_solid_scenes(split, number, seed)
    parts = [render(scenes[i : i + AT_ONCE], SIZE, supersample=SUPERSAMPLE) for i in range(0, number, AT_ONCE)]
    return SceneData(to_bytes(torch.cat(parts)), np.array([scene.attribute_row() for scene in scenes], np.int64))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest="what", required=True)
    captions = parts.add_parser("captions", help="prints captions of the first scenes, which name everything")
    captions.add_argument("number", type=int)
    renders = parts.add_parser("renders", help="writes shards of renders")
    renders.add_argument("out", type=Path)
    renders.add_argument("--train", type=int, default=768)
    renders.add_argument("--validation", type=int, default=200)
    renders.add_argument("--evaluation", type=int, default=2000)
    arguments = parser.parse_args()
    if arguments.what == "captions":
        for scene in one_solid_scenes("train", arguments.number):
            print(caption(scene.attribute_row(), canonical=True))
        return
    for split in ("train", "validation", "evaluation"):
        save_shard(arguments.out / f"{split}-000000.npz", render_one_solid(split, getattr(arguments, split)))


if __name__ == "__main__":
    main()
