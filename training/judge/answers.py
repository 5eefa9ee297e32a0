"""What the classifier reads in generated pictures, counted against what their captions say."""

import math

import torch
from torch import Tensor

from training.data.attributes import COLUMNS
from training.data.dataset import SceneData, to_model_range
from training.train.networks.classifier_model import Classifier, classify

# One solid, two solids, or a word on something.
KINDS = ("one", "two", "word")


def wilson(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    share, spread = right / of, z * z / of
    middle, half = share + spread / 2, z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def read(classifier: Classifier, images: Tensor) -> dict[str, Tensor]:
    """Column to what the classifier reads, int64 [N]."""
    return dict(zip(classifier.reads, classify(classifier, images).T, strict=True))


def judge(kind: str, found: dict[str, Tensor], truth: Tensor) -> dict[str, Tensor]:
    """Question to whether each picture answers it right, bool [N]; truth [N, 27] are the attributes that captions
    named.

    For one solid the questions are its columns. For two: `both` (both solids with their own colours, wherever they
    stand) and `relation` (the right one, and the right way round). Scenes with a word hold a solid or not, so that is
    all they are asked.
    """
    told = dict(zip(COLUMNS, truth.T, strict=True))
    same_as_told = lambda names: {name: found[name] == told[name] for name in names}
    if kind == "word":
        return same_as_told(["word"])
    if (told["count"] != KINDS.index(kind) + 1).any():
        raise ValueError(f"the captions of kind {kind} must be of equally many solids")
    if kind == "one":
        return same_as_told(["solid 1", "colour 1", "size 1", "material 1", "floor", "time", "style"])
    pair = lambda source, slot: source[f"solid {slot}"] * 100 + source[f"colour {slot}"]
    straight = (pair(found, 1) == pair(told, 1)) & (pair(found, 2) == pair(told, 2))
    swapped = (pair(found, 1) == pair(told, 2)) & (pair(found, 2) == pair(told, 1))
    same = (found["count"] == 2) & (straight | swapped)
    # The classifier tells the first of a relation from the second, so a swapped pair is the converse relation.
    colours = (found["colour 1"] == told["colour 1"]) | (found["solid 1"] == told["solid 1"])
    ordered = (found["relation"] == told["relation"]) & torch.where(same, straight, colours)
    return {"both": same, "relation": ordered} | same_as_told(["floor", "time", "style"])


def judge_renders(classifier: Classifier, data: SceneData) -> dict[str, dict[str, Tensor]]:
    """The classifier's own answers to its questions about the renders of a split, by kind of scene."""
    answers = {}
    for kind in KINDS:
        rows = choose(data, kind)
        images, truth = to_model_range(data.images[rows]), torch.from_numpy(data.attributes[rows])
        answers[kind] = judge(kind, read(classifier, images), truth)
    return answers


def choose(data: SceneData, kind: str, count: int | None = None) -> list[int]:
    """The first `count` rows of a split, None for all, that show a kind of KINDS."""
    wanted = {
        "one": (data.column("count") == 1) & (data.column("word") == 0),
        "two": (data.column("count") == 2),
        "word": data.column("word") > 0,
    }[kind]
    rows = wanted.nonzero()[0][:count].tolist()
    if count is not None and len(rows) < count:
        raise ValueError(f"{len(rows)} held-out scenes show {kind}, {count} are wanted: render more")
    return rows


def shown(answers: dict[str, Tensor]) -> str:
    """One line of shares with their 95 % intervals."""
    parts = []
    for name, right in answers.items():
        low, high = wilson(int(right.sum()), len(right))
        parts.append(f"{name} {100 * right.float().mean():.1f} % ({100 * low:.1f} to {100 * high:.1f})")
    return "  ".join(parts)


def counted(answers: dict[str, Tensor]) -> dict[str, dict[str, int]]:
    """Shares as they are written to files."""
    return {name: {"right": int(right.sum()), "of": len(right)} for name, right in answers.items()}
