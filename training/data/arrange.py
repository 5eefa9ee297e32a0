"""Draws scenes: what there is, and where it stands."""

from dataclasses import replace

import numpy as np

from training.data.attributes import (
    COLOURS,
    FLOORS,
    MATERIALS,
    PAINTED,
    SIZES,
    SOLIDS,
    STYLES,
    TIMES,
    Board,
    Scene,
    Solid,
)
from training.data.renderer.sdf import HEIGHT

SPLITS = {"train": 0, "validation": 1, "evaluation": 2, "crops": 3, "upsampler": 4}
# What a scene holds, and how often.
KINDS_OF_SCENE = {"one": 0.46, "two": 0.34, "row": 0.10, "board": 0.05, "painted": 0.05}
STYLE_SHARES = (0.70, 0.15, 0.15)
LETTERED_STYLE_SHARES = (0.80, 0.20, 0.0)  # letters are finer than the cells of pixel art
# World units of one unit of the solid's field, by the number of things in the scene.
SCALE = {
    1: {"small": 0.60, "large": 1.10},
    2: {"small": 0.42, "large": 0.70},
    3: {"small": 0.34, "large": 0.52},
    4: {"small": 0.27, "large": 0.41},
    5: {"small": 0.22, "large": 0.33},
}
ROW_SPACING = {3: 1.10, 4: 0.84, 5: 0.68}  # world units from one solid of a row to the next
ROW_COUNTS, ROW_COUNT_SHARES = (3, 4, 5), (0.60, 0.25, 0.15)
# Between what bounds places and angles are drawn: world units (x to the right, z towards the camera) and radians.
ALONE_X, ALONE_Z = (-0.20, 0.20), (-0.15, 0.15)  # of one solid, and of the middle of two
ON_TOP_X = (-0.08, 0.08)  # from the middle of a flat top
HALF_GAP_X, LEFT_RIGHT_Z = (0.68, 0.82), (-0.15, 0.15)  # of two side by side
FRONT_DEPTH = (0.85, 1.05)  # of two in front of each other, from their middle
# Aside by about the larger part of the front one's size, which keeps the one behind in sight.
ASIDE, ASIDE_BY_FRONT, ASIDE_BY_BEHIND = (0.90, 1.15), 0.85, 0.15
ROW_X, ROW_Z = (-0.05, 0.05), (-0.12, 0.12)  # from the place in the row
PAINTED_X, PAINTED_Z, PAINTED_YAW = (-0.15, 0.15), (-0.10, 0.10), (-0.30, 0.30)
BOARD_X, BOARD_Z, BOARD_YAW = (-0.15, 0.15), (-0.30, 0.00), (-0.20, 0.20)
BOARD_SCALE, BOARD_SCALE_BESIDE = 1.10, 0.72  # alone, and beside a solid
BESIDE_SHARE, BOARD_X_BESIDE = 0.5, (0.62, 0.78)  # of boards, to either side
BESIDE_BOARD_X, BESIDE_BOARD_Z = 1.1, (0.00, 0.30)  # of the solid: as far on the other side times this
TORUS_YAW = (-0.70, 0.70)  # it stands upright, and its hole must stay in sight
SUN_AZIMUTH = (0.60, 1.05)  # to either side
MOON_X, MOON_Y = (-0.20, 0.20), (0.03, 0.048)  # tangents
TEXTURE = (0, 64)  # where in the period of the noise a scene lies
EITHER_SIDE = (-1.0, 1.0)
# A word needs a front that faces the camera and has room for it.
PAINTABLE = ("cube", "sphere", "cylinder")
# How deep what stands on top sinks in, in world units: on a flat top not at all.
SINK = {"cube": 0.0, "cylinder": 0.0, "sphere": 0.05, "torus": 0.06, "cone": 0.16, "pyramid": 0.16}


def _pick(rng: np.random.Generator, values):
    return values[int(rng.integers(len(values)))]


def _yaw(rng: np.random.Generator, kind: str) -> float:
    return rng.uniform(*TORUS_YAW) if kind == "torus" else rng.uniform(-np.pi, np.pi)


def _solid(rng: np.random.Generator, things: int, x: float, z: float, kind: str | None = None) -> Solid:
    """A solid at (x, z), of a size that `things` of them have room for; all else is drawn."""
    kind = kind or _pick(rng, SOLIDS)
    size = _pick(rng, SIZES)
    return Solid(
        kind, _pick(rng, COLOURS), size, _pick(rng, MATERIALS), x, z, _yaw(rng, kind), 0.0, SCALE[things][size]
    )


def _two(rng: np.random.Generator) -> tuple[str, list[Solid]]:
    """A relation and two solids that stand so."""
    relation = _pick(rng, ("on", "left", "front"))
    x, z = rng.uniform(*ALONE_X), rng.uniform(*ALONE_Z)
    if relation == "on":
        below, top = _solid(rng, 2, x, z), _solid(rng, 2, x, z)
        height = below.scale * HEIGHT[below.kind] - SINK[below.kind]
        shift = rng.uniform(*ON_TOP_X) if SINK[below.kind] == 0 else 0.0
        return relation, [replace(top, y=height, x=x + shift), below]
    if relation == "left":
        half = rng.uniform(*HALF_GAP_X)
        left = _solid(rng, 2, x / 2 - half, z + rng.uniform(*LEFT_RIGHT_Z))
        right = _solid(rng, 2, x / 2 + half, z + rng.uniform(*LEFT_RIGHT_Z))
        return relation, [left, right]
    front, behind = _solid(rng, 2, 0.0, 0.0), _solid(rng, 2, 0.0, 0.0)
    aside = ASIDE_BY_FRONT * front.scale + ASIDE_BY_BEHIND * behind.scale
    aside = aside * rng.uniform(*ASIDE) * rng.choice(EITHER_SIDE)
    depth = rng.uniform(*FRONT_DEPTH)
    return relation, [replace(front, x=x - aside / 2, z=depth), replace(behind, x=x + aside / 2, z=-depth)]


def _row(rng: np.random.Generator) -> list[Solid]:
    """Three to five solids from left to right."""
    count = int(rng.choice(ROW_COUNTS, p=ROW_COUNT_SHARES))
    places = (np.arange(count) - (count - 1) / 2) * ROW_SPACING[count]
    return [_solid(rng, count, place + rng.uniform(*ROW_X), rng.uniform(*ROW_Z)) for place in places]


def _painted(rng: np.random.Generator) -> list[Solid]:
    """A large solid with a word on its front, which faces the camera."""
    solid = _solid(rng, 1, rng.uniform(*PAINTED_X), rng.uniform(*PAINTED_Z), _pick(rng, PAINTABLE))
    yaw, word = rng.uniform(*PAINTED_YAW), _pick(rng, PAINTED[1:])
    return [replace(solid, size="large", scale=SCALE[1]["large"], yaw=yaw, word=word)]


def _board(rng: np.random.Generator) -> tuple[Board, list[Solid]]:
    """A board with a word, and as often as not a solid beside it."""
    beside = rng.random() < BESIDE_SHARE
    x = rng.uniform(*BOARD_X_BESIDE) * rng.choice(EITHER_SIDE) if beside else rng.uniform(*BOARD_X)
    word, z, yaw = _pick(rng, PAINTED[1:]), rng.uniform(*BOARD_Z), rng.uniform(*BOARD_YAW)
    board = Board(word, x, z, yaw, BOARD_SCALE_BESIDE if beside else BOARD_SCALE)
    return board, [_solid(rng, 2, -x * BESIDE_BOARD_X, rng.uniform(*BESIDE_BOARD_Z))] if beside else []


def sample_scene(seed: int, split: str, index: int) -> Scene:
    """Scene `index` of a split: attributes uniform but for the shares above, nuisance small and symmetric.

    Each scene has a random stream of its own, keyed (seed, split, index), so splits never share one.
    """
    rng = np.random.default_rng([seed, SPLITS[split], index])
    what = rng.choice(list(KINDS_OF_SCENE), p=list(KINDS_OF_SCENE.values()))
    floor, time = _pick(rng, FLOORS), _pick(rng, TIMES)
    style = str(rng.choice(STYLES, p=LETTERED_STYLE_SHARES if what in ("board", "painted") else STYLE_SHARES))
    relation, solids, board = "none", [], None
    if what == "one":
        solids = [_solid(rng, 1, rng.uniform(*ALONE_X), rng.uniform(*ALONE_Z))]
    elif what == "two":
        relation, solids = _two(rng)
    elif what == "row":
        relation, solids = "row", _row(rng)
    elif what == "painted":
        solids = _painted(rng)
    else:
        board, solids = _board(rng)
    azimuth = rng.uniform(*SUN_AZIMUTH) * rng.choice(EITHER_SIDE)
    texture = (rng.uniform(*TEXTURE), rng.uniform(*TEXTURE))
    moon = (rng.uniform(*MOON_X), rng.uniform(*MOON_Y))
    return Scene(tuple(solids), floor, time, azimuth, texture, moon, style, relation, board)
