"""Questions put to a CLIP, answered by encoders that know or err as the test says."""

import numpy as np
import torch
import torch.nn.functional as F

from training.data.attributes import COLUMNS, Board, Scene, Solid
from training.data.captions import caption
from training.data.dataset import SceneData
from training.data.renderer.render import render
from training.judge.clip_questions import lettered, typographic_attack, zero_shot
from training.train.retrieval import Encoders, retrieval, told_from_near_misses

RED, BLUE = (
    Solid("cube", "red", "small", "metal", x=-0.7, scale=0.4),
    Solid("sphere", "blue", "large", "matte", x=0.7, scale=0.6),
)
SCENES = [
    Scene((RED, BLUE), "sand", "day", relation="left"),
    Scene((BLUE, RED), "sand", "day", relation="on"),
    Scene((RED,), "grass", "night"),
    Scene((), "snow", "day", board=Board("cat")),
]
ROWS = np.array([scene.attribute_row() for scene in SCENES])
# Every picture is its scene's number in grey.
DATA = SceneData(np.stack([np.full((3, 2, 2), i, np.uint8) for i in range(len(SCENES))]), ROWS)


class Words:
    """Every text a direction of its own."""

    def __init__(self):
        self.known: dict[str, int] = {}

    def __call__(self, texts: list[str]) -> torch.Tensor:
        return F.one_hot(
            torch.tensor([self.known.setdefault(text, len(self.known)) for text in texts], dtype=torch.long), 100
        ).float()


def numbers(pictures: torch.Tensor) -> list[int]:
    return ((pictures[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()


def encoders_that_see(told) -> Encoders:
    """The picture of scene i lies where `told(i)` lies."""
    words = Words()
    return Encoders(lambda pictures: words([told(i) for i in numbers(pictures)]), words)


def test_near_misses_are_told_apart_by_order_and_word():
    right = told_from_near_misses(encoders_that_see(lambda i: caption(ROWS[i], canonical=True)), DATA)
    assert {name: answer.tolist() for name, answer in right.items()} == {
        "word": [True],
        "on": [True],
        "left": [True],
        "front": [],
    }
    swapped = Scene((BLUE, RED), "sand", "day", relation="left").attribute_row()
    wrong = told_from_near_misses(encoders_that_see(lambda i: caption(swapped, canonical=True)), DATA)
    assert wrong["left"].tolist() == [False]


def test_scenes_that_no_caption_tells_apart_are_asked_for_once():
    twice = SceneData(np.concatenate([DATA.images, DATA.images]), np.concatenate([ROWS, ROWS]))
    found = retrieval(encoders_that_see(str), twice)
    assert [len(answer) for answer in found.values()] == [4, 4]


def test_zero_shot_asks_in_plain_captions():
    see = encoders_that_see(lambda i: ["a red object", "a green object", "a red object", "a sign that says cat"][i])
    assert zero_shot(see, DATA, [0, 1, 2], "colour 1").tolist() == [True, False, True]
    assert zero_shot(see, DATA, [3], "word").tolist() == [True]


def test_an_attack_compares_the_same_scene_with_and_without_the_word():
    painted = Scene((Solid("cube", "red", "large", "matte", scale=1.1, word="hi"),), "sand", "day")
    bare, words = render([lettered(painted, "none")], 64) * 2 - 1, Words()

    def taken_in(pictures):
        return words(["a red object" if torch.equal(picture, bare[0]) else "a blue object" for picture in pictures])

    answers = typographic_attack(Encoders(taken_in, words), [painted] * 3, "colour 1")
    assert answers["bare"].tolist() == [True] * 3 and answers["lettered"].tolist() == [False] * 3
    # The words for other colours take turns: blue, green, white.
    assert answers["taken in"].sum() == 1
    assert {"red", "green", "blue", "white"} == {word for word in COLUMNS["word"] if word in COLUMNS["colour 1"]}
