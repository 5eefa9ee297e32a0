"""Scenes: the renderer's promises on crops and sizes, and the separation of the splits."""

import numpy as np
import pytest
import torch

from clipwork_training import sdf
from clipwork_training.attributes import (
    ATTRIBUTES, FLOORS, SOLIDS, TIMES, Scene, Solid, sample_scene, scene_from_rows,
)
from clipwork_training.dataset import SceneData, load_scenes, sample_crops, save_shard
from clipwork_training.render import render

RED_CUBE = Scene((Solid("cube", "red", "large", "matte", yaw=0.4),), "sand", "day")


def test_rows_and_scene_are_inverse():
    for index in range(20):
        scene = sample_scene(5, "train", index)
        assert scene_from_rows(scene.attribute_row(), scene.nuisance_row()) == scene


def test_scenes_are_a_function_of_seed_split_and_index():
    assert sample_scene(1, "train", 3) == sample_scene(1, "train", 3)
    others = [sample_scene(2, "train", 3), sample_scene(1, "evaluation", 3), sample_scene(1, "train", 4)]
    rows = [tuple(s.nuisance_row()) for s in [sample_scene(1, "train", 3), *others]]
    assert len(set(rows)) == 4


def test_every_value_of_every_attribute_occurs():
    rows = np.array([sample_scene(0, "train", i).attribute_row() for i in range(400)])
    for column, values in zip(rows.T, ATTRIBUTES.values()):
        assert set(column) == set(range(len(values)))


@pytest.mark.parametrize("kind", SOLIDS)
def test_distance_fields_never_overstep_and_fill_their_bounds(kind):
    points = torch.rand(4000, 3, generator=torch.Generator().manual_seed(0)) * 4 - 2
    distance = sdf.SDF[kind](points)
    # A step of 0.05 in any direction changes a true or lower-bound distance by at most 0.05.
    step = torch.nn.functional.normalize(torch.randn(4000, 3, generator=torch.Generator().manual_seed(1)), dim=-1)
    assert ((sdf.SDF[kind](points + 0.05 * step) - distance).abs() <= 0.0501).all()
    height, radius = sdf.BOUNDS[kind]
    inside = points[distance < 0]
    assert len(inside) > 20
    assert ((inside - torch.tensor([0, height, 0])).norm(dim=-1) <= radius).all()


def test_a_crop_equals_the_same_part_of_the_whole_frame():
    scenes = [RED_CUBE, sample_scene(3, "train", 0)]
    whole = render(scenes, 96, supersample=1)
    part = render(scenes, 96, [(30, 40, 32, 24), (8, 0, 32, 24)], supersample=1)
    assert torch.allclose(part[0], whole[0, :, 40:64, 30:62], atol=2e-3)
    assert torch.allclose(part[1], whole[1, :, 0:24, 8:40], atol=2e-3)


def test_a_small_picture_is_the_average_of_a_large_one():
    scenes = [Scene((Solid("torus", "blue", "large", "metal"),), floor, time) for floor, time in zip(FLOORS, TIMES)]
    small = render(scenes, 48, supersample=3)
    large = torch.nn.functional.avg_pool2d(render(scenes, 192, supersample=1), 4)
    assert (small - large).abs().mean() < 0.02


def test_the_solid_shows_its_colour_and_throws_a_shadow():
    picture = render([RED_CUBE], 64)[0]
    red, green, blue = picture[:, 36, 32]
    assert red > 0.5 and green < 0.3 and blue < 0.3
    assert picture.min() >= 0 and picture.max() <= 1 and picture.isfinite().all()
    # The sun stands to the right of the camera, so the floor is darker to the left of the cube than to the right.
    assert picture[:, 40:46, 2:14].mean() < picture[:, 40:46, 50:62].mean()


def test_more_than_one_solid_is_refused():
    with pytest.raises(ValueError, match="exactly one solid"):
        render([Scene(RED_CUBE.solids * 2, "sand", "day")], 64)


def test_crop_pairs_are_aligned():
    large, small = sample_crops("256", 3, seed=4, size=32, supersample=1)
    assert large.shape == (3, 3, 32, 32) and small.shape == (3, 3, 8, 8)
    mean = large.reshape(3, 3, 8, 4, 8, 4).mean((3, 5))
    assert np.abs(mean - small).max() <= 1
    again, _ = sample_crops("256", 3, seed=4, size=32, supersample=1)
    assert (again == large).all()


def test_shards_are_read_in_order(tmp_path):
    for start in (0, 2):
        images = np.full((2, 3, 4, 4), start, np.uint8)
        save_shard(tmp_path / f"train-{start:06d}.npz", SceneData(images, np.zeros((2, 6)), np.zeros((2, 8), np.float32)))
    assert load_scenes(tmp_path).images[:, 0, 0, 0].tolist() == [0, 0, 2, 2]
    with pytest.raises(FileNotFoundError):
        load_scenes(tmp_path, "evaluation")
