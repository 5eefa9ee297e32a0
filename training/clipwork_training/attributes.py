"""What a scene is: attributes that a caption can name, and nuisance that it cannot."""

from dataclasses import dataclass

import numpy as np

SOLIDS = ("cube", "sphere", "cylinder", "cone", "pyramid", "torus")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "black", "white")
SIZES = ("small", "large")
MATERIALS = ("matte", "metal")
FLOORS = ("sand", "grass", "wood")
TIMES = ("day", "sunset", "night")

# The order is that of the columns of an attribute array [N, 6].
ATTRIBUTES = {
    "solid": SOLIDS,
    "colour": COLOURS,
    "size": SIZES,
    "material": MATERIALS,
    "floor": FLOORS,
    "time": TIMES,
}
NUISANCE = ("x", "z", "yaw", "sun_azimuth", "texture_u", "texture_v", "moon_x", "moon_y")
SPLITS = {"train": 0, "validation": 1, "evaluation": 2, "crops": 3}


@dataclass(frozen=True)
class Solid:
    """One solid. x and z in world units (the frame is about 3.6 wide), yaw in radians."""

    kind: str
    colour: str
    size: str
    material: str
    x: float = 0.0
    z: float = 0.0
    yaw: float = 0.0


@dataclass(frozen=True)
class Scene:
    """Solids on a floor. `sun_azimuth` in radians, 0 behind the camera, positive to the right."""

    solids: tuple[Solid, ...]
    floor: str
    time: str
    sun_azimuth: float = 0.8
    texture: tuple[float, float] = (0.0, 0.0)
    moon: tuple[float, float] = (0.1, 0.04)

    def attribute_row(self) -> list[int]:
        """Indices into ATTRIBUTES, in its order, for a scene of one solid."""
        (solid,) = self.solids
        names = (solid.kind, solid.colour, solid.size, solid.material, self.floor, self.time)
        return [values.index(name) for values, name in zip(ATTRIBUTES.values(), names)]

    def nuisance_row(self) -> list[float]:
        """Values in the order of NUISANCE, for a scene of one solid."""
        (solid,) = self.solids
        return [solid.x, solid.z, solid.yaw, self.sun_azimuth, *self.texture, *self.moon]


def scene_from_rows(attributes, nuisance) -> Scene:
    """The inverse of `attribute_row` and `nuisance_row`."""
    kind, colour, size, material, floor, time = (
        values[int(i)] for values, i in zip(ATTRIBUTES.values(), attributes)
    )
    x, z, yaw, azimuth, u, v, moon_x, moon_y = (float(n) for n in nuisance)
    solid = Solid(kind, colour, size, material, x, z, yaw)
    return Scene((solid,), floor, time, azimuth, (u, v), (moon_x, moon_y))


def sample_scene(seed: int, split: str, index: int) -> Scene:
    """Scene `index` of a split: attributes uniform, nuisance small and symmetric left to right.

    Each scene has a random stream of its own, keyed (seed, split, index), so splits never share one.
    """
    rng = np.random.default_rng([seed, SPLITS[split], index])
    row = [rng.integers(len(values)) for values in ATTRIBUTES.values()]
    # A torus stands upright; it turns less than the others so that its hole stays in sight.
    yaw = rng.uniform(-0.7, 0.7) if SOLIDS[row[0]] == "torus" else rng.uniform(-np.pi, np.pi)
    azimuth = rng.uniform(0.6, 1.05) * rng.choice([-1.0, 1.0])
    nuisance = [
        rng.uniform(-0.2, 0.2), rng.uniform(-0.15, 0.15), yaw, azimuth,
        rng.uniform(0, 64), rng.uniform(0, 64), rng.uniform(-0.2, 0.2), rng.uniform(0.03, 0.048),
    ]
    return scene_from_rows(row, nuisance)
