"""Puts sample pictures into a pack: `python -m training.judge.samples [--out packs/toybox]`.

They are held-out renders with their embeddings by the pack's own CLIP (docs/pack-format.md, Arrays): while a prior
works, the nearest to its embedding are shown. They change no value.
"""

import argparse
from pathlib import Path

import numpy as np

from training.data.config import ScenesConfig
from training.data.dataset import render_split, to_model_range
from training.export.arrays import put_arrays
from training.judge.pack_runtime import Pack
from training.paths import CONFIGS, TOYBOX
from training.read_config import read_config

COUNT, SIDE = 80, 32


def shrink(images: np.ndarray, side: int) -> np.ndarray:
    """Pictures uint8 [N, 3, H, H] at [N, 3, side, side], by the mean of whole blocks. Raises ValueError for parts."""
    count, _, size, _ = images.shape
    if size % side:
        raise ValueError(f"pictures of {size} pixels do not shrink to {side} in whole blocks")
    blocks = images.reshape(count, 3, side, size // side, side, size // side)
    return np.floor(blocks.mean((3, 5)) + 0.5).astype(np.uint8)


def colours(images: np.ndarray) -> np.ndarray:
    """Pictures uint8 [N, 3, H, W] as one number a pixel, 0xRRGGBB, int32 [N, H, W]."""
    red, green, blue = images.astype(np.int32).transpose(1, 0, 2, 3)
    return red << 16 | green << 8 | blue


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=TOYBOX)
    arguments = parser.parse_args()
    config = read_config(CONFIGS / "scenes-2.json", ScenesConfig)
    images = render_split(config.seed, "evaluation", 0, COUNT, config.size, config.supersample).images
    embeddings = Pack(arguments.out).encode_image(to_model_range(images)).numpy()
    arrays = {"pictures": colours(shrink(images, SIDE)), "embeddings": embeddings.astype(np.float32)}
    put_arrays(arguments.out, "image-samples", arrays)
    print(f"{COUNT} pictures of {SIDE} pixels in {arguments.out}")


if __name__ == "__main__":
    main()
