"""Scenes: the renderer's promises on crops and sizes, and the separation of the splits."""

import numpy as np
import pytest
import torch

from training.data.arrange import PAINTABLE, sample_scene
from training.data.attributes import ABSENT, COLUMNS, FLOORS, PAINTED, STYLES, TIMES, Board, Scene, Solid
from training.data.dataset import SceneData, load_scenes, sample_crops, save_shard
from training.data.renderer import sdf
from training.data.renderer.geometry import SceneGeometry
from training.data.renderer.lettering import inked
from training.data.renderer.render import render
from training.data.renderer.styles import PIXEL_ART

RED_CUBE = Scene((Solid("cube", "red", "large", "matte", yaw=0.4, scale=1.1),), "sand", "day")
SCENES = [sample_scene(0, "train", i) for i in range(1500)]


def test_scenes_are_a_function_of_seed_split_and_index():
    assert sample_scene(1, "train", 3) == sample_scene(1, "train", 3)
    others = [sample_scene(2, "train", 3), sample_scene(1, "evaluation", 3), sample_scene(1, "train", 4)]
    assert len({scene.texture for scene in [sample_scene(1, "train", 3), *others]}) == 4


def test_every_value_of_every_attribute_occurs():
    rows = np.array([scene.attribute_row() for scene in SCENES])
    assert rows.shape[1] == len(COLUMNS)
    for name, column, values in zip(COLUMNS, rows.T, COLUMNS.values()):
        found = set(column) - {ABSENT}
        # Of the fourth and fifth solids there are few.
        assert found == set(range(len(values))) or (name[-1] in "45" and found < set(range(len(values)))), name
        assert (ABSENT in column) == (name[-1] in "12345"), name


def test_two_solids_stand_as_their_relation_says():
    counts = {"on": 0, "left": 0, "front": 0}
    for scene in SCENES:
        if len(scene.solids) == 2:
            a, b = scene.solids
            counts[scene.relation] += 1
            assert (a.y > 0) == (scene.relation == "on") and b.y == 0
            if scene.relation == "left":
                assert a.x < b.x - 1 and abs(a.z - b.z) < 0.4
            elif scene.relation == "front":
                assert a.z > b.z + 1.5 and abs(a.x - b.x) > 0.3
        elif scene.relation == "row":
            assert len(scene.solids) >= 3 and [s.x for s in scene.solids] == sorted(s.x for s in scene.solids)
        else:
            assert scene.relation == "none" and len(scene.solids) <= 1
    assert min(counts.values()) > 100


def test_every_word_can_be_painted_and_read_apart():
    u, v = torch.meshgrid(torch.linspace(-1, 1, 60), torch.linspace(-0.4, 0.4, 24), indexing="xy")
    masks = [inked(word, u.flatten(), v.flatten(), 0.9, 0.35) for word in PAINTED[1:]]
    shares = torch.stack(masks).float().mean(1)
    assert shares.min() > 0.05 and shares.max() < 0.6
    assert len({tuple(mask.tolist()) for mask in masks}) == len(masks)
    assert not any(mask[(u.flatten().abs() > 0.91)].any() for mask in masks)


def test_lettering_shows_on_boards_and_solids():
    painted = [
        Scene((Solid(kind, "white", "large", "matte", scale=1.1, word="stop"),), "grass", "day") for kind in PAINTABLE
    ]
    plain = [Scene((Solid(kind, "white", "large", "matte", scale=1.1),), "grass", "day") for kind in PAINTABLE]
    gap = (render(painted, 64) - render(plain, 64)).abs().mean(1)
    assert (gap.amax((1, 2)) > 0.3).all() and (gap[:, :12] == 0).all()
    boards = render([Scene((), "grass", "day", board=Board(word, scale=1.1)) for word in ("cat", "dog")], 64)
    assert (boards[0] - boards[1]).abs().max() > 0.3


def test_what_stands_in_front_hides_what_is_behind():
    red, blue = (
        Solid("cube", "red", "large", "matte", scale=0.7, z=0.9),
        Solid("sphere", "blue", "large", "matte", scale=0.7, z=-0.9),
    )
    picture = render([Scene((red, blue), "snow", "day", relation="front")], 64)[0]
    alone = render([Scene((red,), "snow", "day")], 64)[0]
    assert (picture[:, 36:42, 28:36] - alone[:, 36:42, 28:36]).abs().max() < 0.02


def test_one_thing_shadows_another():
    # The sun stands high on the right, so the tall cylinder on the right darkens the side of the white cube.
    cube, tower = (
        Solid("cube", "white", "large", "matte", x=-0.5, scale=0.5),
        Solid("cylinder", "black", "large", "matte", x=0.75, z=0.5, scale=0.8),
    )
    scene = lambda *solids: Scene(solids, "concrete", "sunset", sun_azimuth=1.05)
    together, alone = render([scene(cube, tower), scene(cube)], 64)
    geometry = SceneGeometry([scene(cube, tower)], "cpu")
    side = torch.tensor([[-0.5 + 0.38, 0.3, 0.1]])
    assert geometry.sunlight(torch.tensor([0]), side, 8.0, but=torch.tensor([0])) < 0.5
    assert together[:, 30:45, 18:30].mean() < alone[:, 30:45, 18:30].mean()


def test_pixel_art_has_few_colours_in_large_cells():
    picture = render([Scene(RED_CUBE.solids, "grass", "day", style="pixel art")], 128)[0]
    side = 128 // PIXEL_ART.cells
    cells = picture.unfold(1, side, side).unfold(2, side, side)
    assert (cells == cells[..., :1, :1]).all()
    levels = picture * (PIXEL_ART.levels - 1)
    assert torch.allclose(levels, levels.round(), atol=1e-4)


def test_a_drawing_has_dark_outlines_on_paper():
    drawing, photo = (
        render([Scene(RED_CUBE.solids, "snow", "day", style=style)], 64)[0] for style in ("drawing", "photo")
    )
    assert (drawing.amax(0) < 0.35).float().mean() > 2 * (photo.amax(0) < 0.35).float().mean()


@pytest.mark.parametrize("kind", sdf.SDF)
def test_distance_fields_never_overstep_and_fill_their_bounds(kind):
    points = torch.rand(12000, 3, generator=torch.Generator().manual_seed(0)) * 4 - 2
    distance = sdf.SDF[kind](points)
    # A step of 0.05 in any direction changes a true or lower-bound distance by at most 0.05.
    step = torch.nn.functional.normalize(torch.randn(12000, 3, generator=torch.Generator().manual_seed(1)), dim=-1)
    assert ((sdf.SDF[kind](points + 0.05 * step) - distance).abs() <= 0.0501).all()
    bounds = sdf.BOUNDS[kind]
    inside = points[distance < 0]
    assert len(inside) > 20
    assert ((inside - torch.tensor([0, bounds.height, 0])).norm(dim=-1) <= bounds.radius).all()


def test_a_crop_equals_the_same_part_of_the_whole_frame():
    two = next(scene for scene in SCENES if len(scene.solids) == 2 and scene.style == "photo")
    for style in STYLES:
        scenes = [Scene(**(vars(scene) | {"style": style})) for scene in (RED_CUBE, two)]
        whole = render(scenes, 96, supersample=1)
        part = render(scenes, 96, [(30, 40, 32, 24), (8, 0, 32, 24)], supersample=1)
        assert torch.allclose(part[0], whole[0, :, 40:64, 30:62], atol=2e-3)
        assert torch.allclose(part[1], whole[1, :, 0:24, 8:40], atol=2e-3)


def test_a_small_picture_is_the_average_of_a_large_one():
    scenes = [
        Scene((Solid("torus", "blue", "large", "metal", scale=1.1),), floor, time)
        for floor, time in zip(FLOORS, TIMES * 2)
    ]
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
        save_shard(tmp_path / f"train-{start:06d}.npz", SceneData(images, np.zeros((2, len(COLUMNS)))))
    assert load_scenes(tmp_path).images[:, 0, 0, 0].tolist() == [0, 0, 2, 2]
    with pytest.raises(FileNotFoundError):
        load_scenes(tmp_path, "evaluation")
