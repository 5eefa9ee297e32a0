"""Puts into a pack what `evaluate` nodes compare with: `python -m training.judge.reference [--out packs/toybox]`.

Encodes held-out renders with the pack's own CLIP and writes two files of arrays (docs/pack-format.md, Arrays):
clip-statistics, the moments of their embeddings and some of these; aesthetic-probe, a linear probe of embeddings that
is fitted to how colourful a render is (Hasler and Suesstrunk 2003), since ratings by people are not at hand.
"""

import argparse
from pathlib import Path

import numpy as np

from training.data.dataset import load_scenes, to_model_range
from training.export.arrays import put_arrays
from training.judge.pack_runtime import Pack
from training.paths import SCENES, TOYBOX

# Renders in all, those of which the embedding itself is kept, and those that the probe is tested on.
RENDERS, KEPT, TESTED = 4000, 1000, 1000


def colourfulness(images: np.ndarray) -> np.ndarray:
    """How colourful pictures uint8 [N, 3, H, W] are, float64 [N]: 0 for grey, above 100 for the most vivid.

    sigma + 0.3 mu of the opponent channels R - G and (R + G) / 2 - B, each the length of both channels' values (Hasler
    and Suesstrunk 2003, "Measuring colourfulness in natural images", section 6).
    """
    red, green, blue = images.astype(np.float64).transpose(1, 0, 2, 3).reshape(3, len(images), -1)
    opponents = red - green, (red + green) / 2 - blue
    spread = np.hypot(*(channel.std(1) for channel in opponents))
    return spread + 0.3 * np.hypot(*(channel.mean(1) for channel in opponents))


def fit(embeddings: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights [D] and bias of the least squares of `target` [N] by embeddings [N, D]."""
    solved = np.linalg.lstsq(np.column_stack([embeddings, np.ones(len(embeddings))]), target, rcond=None)[0]
    return solved[:-1], float(solved[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SCENES)
    parser.add_argument("--out", type=Path, default=TOYBOX)
    arguments = parser.parse_args()
    data = load_scenes(arguments.data, "evaluation", RENDERS)
    if len(data.images) < RENDERS:
        raise SystemExit(f"{len(data.images)} held-out renders are there, {RENDERS} are wanted: render more")
    embeddings = Pack(arguments.out).encode_image(to_model_range(data.images)).numpy().astype(np.float64)
    target = colourfulness(data.images)
    statistics = {
        "mean": embeddings.mean(0),
        "covariance": np.cov(embeddings, rowvar=False),
        "embeddings": embeddings[:KEPT].astype(np.float32),
    }
    weight, bias = fit(embeddings[TESTED:], target[TESTED:])
    error = embeddings[:TESTED] @ weight + bias - target[:TESTED]
    explained = 1 - (error**2).mean() / target[:TESTED].var()
    put_arrays(arguments.out, "clip-statistics", statistics)
    put_arrays(arguments.out, "aesthetic-probe", {"weight": weight, "bias": np.array([bias])})
    print(f"{RENDERS} held-out renders, {KEPT} embeddings kept")
    print(f"colourfulness: mean {target.mean():.1f}, deviation {target.std():.1f}")
    print(f"the probe explains {explained:.3f} of its variance on {TESTED} renders that it was not fitted to")


if __name__ == "__main__":
    main()
