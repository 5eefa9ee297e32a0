"""What shows that a CLIP learns: retrieval among held-out pictures, and own captions told from near misses.

`Encoders` are the two towers as functions: images [N, 3, 64, 64] in [-1, 1], or captions, to embeddings [N, D].
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.attributes import COLUMNS, PLACE
from training.data.captions import caption
from training.data.dataset import SceneData, to_model_range


@dataclass(frozen=True)
class Encoders:
    """The two towers of one CLIP; both return embeddings [N, D] of any norm."""

    image: Callable[[Tensor], Tensor]
    text: Callable[[list[str]], Tensor]

    def images(self, pictures: Tensor) -> Tensor:
        return F.normalize(self.image(pictures), dim=-1)

    def texts(self, captions: list[str]) -> Tensor:
        return F.normalize(self.text(captions), dim=-1)


def retrieval(clip: Encoders, data: SceneData, count: int = 512, seed: int = 99) -> dict[str, Tensor]:
    """Top-1 retrieval both ways among `count` pictures whose full captions are pairwise distinct, bool [count] each."""
    rng, rows, texts, canonical = np.random.default_rng(seed), [], [], set()
    for i in rng.permutation(len(data.images)):
        # Scenes that no full caption could tell apart would make the question unfair.
        if (told := caption(data.attributes[i], canonical=True)) not in canonical:
            canonical.add(told)
            rows.append(i)
            texts.append(caption(data.attributes[i], rng, full=True))
    rows, texts = rows[:count], texts[:count]
    cosine = clip.images(to_model_range(data.images[rows])) @ clip.texts(texts).T
    target = torch.arange(len(rows), device=cosine.device)
    return {"picture to caption": cosine.argmax(1) == target, "caption to picture": cosine.argmax(0) == target}


def told_from_near_misses(clip: Encoders, data: SceneData, count: int = 300, seed: int = 98) -> dict[str, Tensor]:
    """Whether a picture is closer to its own caption than to that of a near miss, by what the two differ in."""
    rng = np.random.default_rng(seed)

    def reworded(row: np.ndarray) -> np.ndarray:
        row = row.copy()
        row[PLACE["word"]] = 1 + row[PLACE["word"]] % (len(COLUMNS["word"]) - 1)
        return row

    def swapped(row: np.ndarray) -> np.ndarray:
        first, second, rest = PLACE["solid 1"], PLACE["solid 2"], PLACE["solid 3"]
        return np.concatenate([row[:first], row[second:rest], row[first:second], row[rest:]])

    relation, word = data.column("relation"), data.column("word")
    groups = {"word": (word > 0, reworded)} | {COLUMNS["relation"][k]: (relation == k, swapped) for k in (1, 2, 3)}
    answers = {}
    for name, (member, change) in groups.items():
        rows = [
            i
            for i in rng.permutation(member.nonzero()[0])[:count]
            if (change(data.attributes[i]) != data.attributes[i]).any()
        ]
        z = clip.images(to_model_range(data.images[rows]))
        right, wrong = (
            clip.texts([caption(row, canonical=True) for row in told])
            for told in (data.attributes[rows], [change(data.attributes[i]) for i in rows])
        )
        answers[name] = (z * right).sum(-1) > (z * wrong).sum(-1)
    return answers
