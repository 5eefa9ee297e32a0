"""Counting what is right: intervals, readings of two solids, Frechet distances."""

import numpy as np
import pytest
import torch

from training.data.attributes import COLUMNS, Scene, Solid
from training.data.dataset import SceneData
from training.judge.answers import choose, judge, wilson
from training.judge.frechet import features, frechet_distance, patches
from training.train.networks.classifier_model import Classifier

RED, BLUE = Solid("cube", "red", "small", "metal"), Solid("sphere", "blue", "large", "matte")


def row(*solids, relation="none", floor="sand"):
    return Scene(solids, floor, "day", relation=relation).attribute_row()


def found(*rows):
    return dict(zip(COLUMNS, torch.tensor(rows).T))


def test_wilson_agrees_with_known_values():
    assert wilson(200, 200) == pytest.approx((0.98115, 1.0), abs=1e-4)
    assert wilson(195, 200) == pytest.approx((0.9428, 0.9893), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_one_solid_is_judged_column_by_column():
    truth = torch.tensor([row(RED)] * 2)
    answers = judge("one", found(row(RED), row(BLUE, floor="snow")), truth)
    assert answers["colour 1"].tolist() == [True, False] and answers["floor"].tolist() == [True, False]
    assert answers["time"].tolist() == [True, True]


def test_two_solids_may_be_both_there_and_stand_wrong():
    truth = torch.tensor([row(RED, BLUE, relation="on")] * 4)
    readings = [
        row(RED, BLUE, relation="on"),
        row(BLUE, RED, relation="on"),
        row(RED, BLUE, relation="left"),
        row(RED, RED, relation="on"),
    ]
    answers = judge("two", found(*readings), truth)
    assert answers["both"].tolist() == [True, True, True, False]
    assert answers["relation"].tolist() == [True, False, False, True]


def test_captions_of_different_counts_do_not_mix():
    with pytest.raises(ValueError, match="equally many"):
        judge("one", found(row(RED)), torch.tensor([row(RED), row(RED, BLUE, relation="on")]))


def test_scenes_are_chosen_by_what_they_show():
    lettered = Scene((Solid("cube", "red", "small", "metal", word="hi"),), "sand", "day").attribute_row()
    rows = [
        row(RED),
        lettered,
        row(RED, BLUE, relation="left"),
        Scene((RED,), "sand", "day", style="drawing").attribute_row(),
    ]
    data = SceneData(np.zeros((4, 3, 2, 2), np.uint8), np.array(rows))
    assert choose(data, "one") == [0, 3] and choose(data, "two", 1) == [2] and choose(data, "word", 1) == [1]
    with pytest.raises(ValueError, match="render more"):
        choose(data, "two", 2)


def test_frechet_distance_of_gaussians():
    rng = np.random.default_rng(0)
    a = rng.standard_normal((4000, 3))
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    # Means 2 apart and deviations 1 and 3 in each of three directions: 4 + 3 (3 - 1)^2.
    b = 3 * rng.standard_normal((4000, 3)) + np.array([2.0, 0, 0])
    assert frechet_distance(a, b) == pytest.approx(16, rel=0.1)


def test_patches_are_the_squares_of_a_picture():
    images = torch.arange(2 * 3 * 4 * 6).view(2, 3, 4, 6).float()
    tiles = patches(images, 2)
    assert (
        tiles.shape == (12, 3, 2, 2)
        and torch.equal(tiles[1], images[0, :, 0:2, 2:4])
        and torch.equal(tiles[3], images[0, :, 2:4, 0:2])
    )
    assert features(Classifier({"time": ["day", "night"]}, (8, 8, 8, 8)).eval(), torch.zeros(3, 3, 64, 64)).shape == (
        3,
        8,
    )
