"""How enlarged pictures are compared with true renders."""

import torch
import torch.nn.functional as F

from training.judge.enlarged import along_outlines, compared, scenes_of_one, steepest, steepness
from training.paths import CLASSIFIER
from training.train.networks.classifier_model import load_classifier


def disc(radius: float, size: int = 128) -> torch.Tensor:
    """A white disc on black, [1, 3, size, size] in [-1, 1]."""
    across = torch.arange(size) - size / 2
    inside = (across[:, None].square() + across[None].square()).sqrt() < radius
    return (inside.float() * 2 - 1).expand(1, 3, size, size).clone()


def blurred(images: torch.Tensor) -> torch.Tensor:
    return F.avg_pool2d(F.pad(images, (2, 2, 2, 2), mode="replicate"), 5, stride=1)


def test_a_step_is_as_steep_as_it_is_high():
    step = torch.zeros(1, 3, 4, 4)
    step[..., 2:] = 0.5
    assert steepness(step).tolist() == [[[0.0, 0.5, 0.0]] * 3]


def test_outlines_that_are_blurred_are_less_steep_and_those_half_a_pixel_away_are_not():
    truth = disc(30)
    assert along_outlines(truth, truth) == 1
    assert along_outlines(truth.roll(1, 3), truth) > 0.95
    assert along_outlines(blurred(truth), truth) < 0.6
    assert steepest(blurred(truth)) < 0.6 * steepest(truth)


def test_true_renders_lie_at_no_distance_from_themselves():
    classifier, truth = load_classifier(CLASSIFIER), torch.cat([disc(radius) for radius in (20, 30, 40)])
    assert compared(classifier, "64 px", truth, truth) == "64 px: Frechet 0.000, steepest 1.00 of the renders'"


def test_the_scenes_show_one_solid_without_a_word():
    scenes = scenes_of_one(5)
    assert [(len(scene.solids), scene.board, scene.solids[0].word) for scene in scenes] == [(1, None, "none")] * 5
    assert scenes_of_one(3) == scenes[:3]
