"""Draws scenes: what there is, and where it stands."""

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
ROW_SPACING = {3: 1.10, 4: 0.84, 5: 0.68}
# A word needs a front that faces the camera and has room for it.
PAINTABLE = ("cube", "sphere", "cylinder")
# How deep what stands on top sinks in, in world units: on a flat top not at all.
SINK = {"cube": 0.0, "cylinder": 0.0, "sphere": 0.05, "torus": 0.06, "cone": 0.16, "pyramid": 0.16}


def _pick(rng: np.random.Generator, values):
    return values[int(rng.integers(len(values)))]


def _yaw(rng: np.random.Generator, kind: str) -> float:
    # A torus stands upright; it turns less than the others so that its hole stays in sight.
    return rng.uniform(-0.7, 0.7) if kind == "torus" else rng.uniform(-np.pi, np.pi)


def _solid(rng: np.random.Generator, things: int, x: float, z: float, kind: str | None = None) -> Solid:
    kind = kind or _pick(rng, SOLIDS)
    size = _pick(rng, SIZES)
    return Solid(
        kind, _pick(rng, COLOURS), size, _pick(rng, MATERIALS), x, z, _yaw(rng, kind), 0.0, SCALE[things][size]
    )


def _moved(solid: Solid, **changes) -> Solid:
    return Solid(**(vars(solid) | changes))


def _two(rng: np.random.Generator) -> tuple[str, list[Solid]]:
    """A relation and two solids that stand so."""
    relation = _pick(rng, ("on", "left", "front"))
    x, z = rng.uniform(-0.2, 0.2), rng.uniform(-0.15, 0.15)
    if relation == "on":
        below, top = _solid(rng, 2, x, z), _solid(rng, 2, x, z)
        height = below.scale * HEIGHT[below.kind] - SINK[below.kind]
        shift = rng.uniform(-0.08, 0.08) if SINK[below.kind] == 0 else 0.0
        return relation, [_moved(top, y=height, x=x + shift), below]
    if relation == "left":
        half = rng.uniform(0.68, 0.82)
        return relation, [
            _solid(rng, 2, x / 2 - half, z + rng.uniform(-0.15, 0.15)),
            _solid(rng, 2, x / 2 + half, z + rng.uniform(-0.15, 0.15)),
        ]
    # Aside by as much as keeps the one behind in sight.
    front, behind = _solid(rng, 2, 0.0, 0.0), _solid(rng, 2, 0.0, 0.0)
    aside = (0.85 * front.scale + 0.15 * behind.scale) * rng.uniform(0.9, 1.15) * rng.choice([-1.0, 1.0])
    depth = rng.uniform(0.85, 1.05)
    return relation, [_moved(front, x=x - aside / 2, z=depth), _moved(behind, x=x + aside / 2, z=-depth)]


def _row(rng: np.random.Generator) -> list[Solid]:
    count = int(rng.choice([3, 4, 5], p=[0.6, 0.25, 0.15]))
    places = (np.arange(count) - (count - 1) / 2) * ROW_SPACING[count]
    return [_solid(rng, count, place + rng.uniform(-0.05, 0.05), rng.uniform(-0.12, 0.12)) for place in places]


def sample_scene(seed: int, split: str, index: int) -> Scene:
    """Scene `index` of a split: attributes uniform but for the shares above, nuisance small and symmetric left to
    right.

    Each scene has a random stream of its own, keyed (seed, split, index), so splits never share one.
    """
    rng = np.random.default_rng([seed, SPLITS[split], index])
    what = rng.choice(list(KINDS_OF_SCENE), p=list(KINDS_OF_SCENE.values()))
    floor, time = _pick(rng, FLOORS), _pick(rng, TIMES)
    style = str(rng.choice(STYLES, p=LETTERED_STYLE_SHARES if what in ("board", "painted") else STYLE_SHARES))
    relation, solids, board = "none", [], None
    if what == "one":
        solids = [_solid(rng, 1, rng.uniform(-0.2, 0.2), rng.uniform(-0.15, 0.15))]
    elif what == "two":
        relation, solids = _two(rng)
    elif what == "row":
        relation, solids = "row", _row(rng)
    elif what == "painted":
        solid = _solid(rng, 1, rng.uniform(-0.15, 0.15), rng.uniform(-0.1, 0.1), _pick(rng, PAINTABLE))
        solids = [
            _moved(
                solid, size="large", scale=SCALE[1]["large"], yaw=rng.uniform(-0.3, 0.3), word=_pick(rng, PAINTED[1:])
            )
        ]
    else:
        beside = rng.random() < 0.5
        x = rng.uniform(0.62, 0.78) * rng.choice([-1.0, 1.0]) if beside else rng.uniform(-0.15, 0.15)
        board = Board(
            _pick(rng, PAINTED[1:]), x, rng.uniform(-0.3, 0.0), rng.uniform(-0.2, 0.2), 0.72 if beside else 1.1
        )
        if beside:
            solids = [_solid(rng, 2, -x * 1.1, rng.uniform(0.0, 0.3))]
    azimuth = rng.uniform(0.6, 1.05) * rng.choice([-1.0, 1.0])
    return Scene(
        tuple(solids),
        floor,
        time,
        azimuth,
        (rng.uniform(0, 64), rng.uniform(0, 64)),
        (rng.uniform(-0.2, 0.2), rng.uniform(0.03, 0.048)),
        style,
        relation,
        board,
    )
