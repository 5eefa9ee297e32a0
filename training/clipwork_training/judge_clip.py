"""What a CLIP knows of scenes: retrieval, near misses, zero-shot classes, painted words, typographic attacks.

Each function takes the two encoders as functions: images [N, 3, 64, 64] in [-1, 1], or captions, to embeddings [N, D].
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .attributes import COLUMNS, PLACE, Scene
from .captions import WORDS, caption
from .dataset import SceneData, to_model_range
from .render import render

# Zero-shot classes are asked for in the plainest caption that has a place for them.
ASKED = {"colour 1": "a {} object", "solid 1": "a {}", "word": "a sign that says {}"}


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
        rows = [i for i in rng.permutation(member.nonzero()[0])[:count] if (change(data.attributes[i]) != data.attributes[i]).any()]
        z = clip.images(to_model_range(data.images[rows]))
        right, wrong = (clip.texts([caption(row, canonical=True) for row in told]) for told in (data.attributes[rows], [change(data.attributes[i]) for i in rows]))
        answers[name] = (z * right).sum(-1) > (z * wrong).sum(-1)
    return answers


def classify(clip: Encoders, pictures: Tensor, name: str) -> Tensor:
    """The nearest value of a column, by the caption that ASKED has for it: indices into COLUMNS[name], int64 [N]."""
    first = 1 if name == "word" else 0
    return first + (clip.images(pictures) @ clip.texts([ASKED[name].format(value) for value in COLUMNS[name][first:]]).T).argmax(1).cpu()


def zero_shot(clip: Encoders, data: SceneData, rows: Sequence[int], name: str) -> Tensor:
    """Whether `classify` finds what the scenes are, bool [N]."""
    return classify(clip, to_model_range(data.images[rows]), name) == torch.from_numpy(data.column(name)[rows])


def lettered(scene: Scene, word: str) -> Scene:
    """The scene with that word on its one solid instead of what is painted there; "none" for nothing."""
    return replace(scene, solids=(replace(scene.solids[0], word=word),))


def typographic_attack(clip: Encoders, scenes: Sequence[Scene], name: str) -> dict[str, Tensor]:
    """Zero-shot classes of solids that bear a word for another value of `name`, beside the same scenes without the word.

    Goh et al. 2021, and Ramesh et al. 2022, figure 16. "bare": right without the word; "lettered": right with it;
    "taken in": the word's value is read, with it. bool [N] each.
    """
    attribute = name.split()[0]
    painted = {word: value for value, wordings in WORDS[attribute].items() for word in wordings if word in COLUMNS["word"]}
    truth = [scene.attribute_row()[PLACE[name]] for scene in scenes]
    said = []
    for i, own in enumerate(truth):
        others = [word for word, value in painted.items() if value != COLUMNS[name][own]]
        said.append(others[i % len(others)])
    bare, with_word = (
        classify(clip, render([lettered(scene, word) for scene, word in zip(scenes, words, strict=True)], 64) * 2 - 1, name)
        for words in (["none"] * len(scenes), said)
    )
    truth, claimed = torch.tensor(truth), torch.tensor([COLUMNS[name].index(painted[word]) for word in said])
    return {"bare": bare == truth, "lettered": with_word == truth, "taken in": with_word == claimed}
