"""What a CLIP knows of scenes beyond retrieval: zero-shot classes, painted words, typographic attacks."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from training.data.attributes import COLUMNS, PLACE, Scene
from training.data.captions import WORDS
from training.data.dataset import SceneData, to_model_range
from training.data.renderer.render import render
from training.train.retrieval import Encoders

# Zero-shot classes are asked for in the plainest caption that has a place for them.
ASKED = {"colour 1": "a {} object", "solid 1": "a {}", "word": "a sign that says {}"}


def classify(clip: Encoders, pictures: Tensor, name: str) -> Tensor:
    """The nearest value of a column, by the caption that ASKED has for it: indices into COLUMNS[name], int64 [N]."""
    first = 1 if name == "word" else 0
    return (
        first
        + (clip.images(pictures) @ clip.texts([ASKED[name].format(value) for value in COLUMNS[name][first:]]).T)
        .argmax(1)
        .cpu()
    )


def zero_shot(clip: Encoders, data: SceneData, rows: Sequence[int], name: str) -> Tensor:
    """Whether `classify` finds what the scenes are, bool [N]."""
    return classify(clip, to_model_range(data.images[rows]), name) == torch.from_numpy(data.column(name)[rows])


def lettered(scene: Scene, word: str) -> Scene:
    """The scene with that word on its one solid instead of what is painted there; "none" for nothing."""
    return replace(scene, solids=(replace(scene.solids[0], word=word),))


def typographic_attack(clip: Encoders, scenes: Sequence[Scene], name: str) -> dict[str, Tensor]:
    """Zero-shot classes of solids that bear a word for another value of `name`, beside the same scenes without the
    word.

    Goh et al. 2021, and Ramesh et al. 2022, figure 16. "bare": right without the word; "lettered": right with it;
    "taken in": the word's value is read, with it. bool [N] each.
    """
    attribute = name.split()[0]
    painted = {
        word: value for value, wordings in WORDS[attribute].items() for word in wordings if word in COLUMNS["word"]
    }
    truth = [scene.attribute_row()[PLACE[name]] for scene in scenes]
    said = []
    for i, own in enumerate(truth):
        others = [word for word, value in painted.items() if value != COLUMNS[name][own]]
        said.append(others[i % len(others)])
    bare, with_word = (
        classify(
            clip, render([lettered(scene, word) for scene, word in zip(scenes, words, strict=True)], 64) * 2 - 1, name
        )
        for words in (["none"] * len(scenes), said)
    )
    truth, claimed = torch.tensor(truth), torch.tensor([COLUMNS[name].index(painted[word]) for word in said])
    return {"bare": bare == truth, "lettered": with_word == truth, "taken in": with_word == claimed}
