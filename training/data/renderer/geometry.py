"""The things of a batch of scenes as tensors: which a ray meets first, what light reaches a point.

M points or rays belong each to a scene [M]. A thing is a solid or a board; scenes differ in how many they have and of
which kinds, so each question goes through the places of a scene (`things` [B, S], -1 for none) and through kinds.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.data.attributes import Scene
from training.data.renderer import sdf
from training.data.renderer.light import LIGHTS, Colour

KINDS = tuple(sdf.SDF)
ALBEDO: dict[str, Colour] = {
    "red": (0.68, 0.012, 0.018),
    "orange": (0.90, 0.22, 0.008),
    "yellow": (0.92, 0.70, 0.015),
    "green": (0.012, 0.42, 0.07),
    "blue": (0.012, 0.09, 0.72),
    "purple": (0.27, 0.025, 0.50),
    "black": (0.012, 0.012, 0.014),
    "white": (0.88, 0.88, 0.88),
    "board": (0.80, 0.70, 0.52),
}


@dataclass(frozen=True, kw_only=True)
class Occlusion:
    """How things take the open sky from a point: by their distance from a point a little outside of its surface."""

    step: float = 0.25  # units of the thing's own space, outward
    least: float = 0.35  # share of the sky that a corner still sees
    reach: float = 0.7  # distance at which a thing takes nothing, in units of its own space
    margin: float = 0.75  # points further than this outside of the bounding sphere are not asked


OCCLUSION = Occlusion()


def rotate(vectors: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """World to thing: turns vectors [M, 3] by -yaw about the vertical."""
    x, y, z = vectors.unbind(-1)
    return torch.stack([cos * x - sin * z, y, sin * x + cos * z], -1)


class SceneGeometry:
    """Scenes alike in floor, time and style, as tensors with one row a scene (B) or one row a thing (T)."""

    def __init__(self, scenes: Sequence[Scene], device):
        def column(values):
            return torch.tensor(list(values), dtype=torch.float32, device=device)

        self.floor, self.time, self.style = scenes[0].floor, scenes[0].time, scenes[0].style

        # Things, one row each.
        by_scene = [[*scene.solids, *([scene.board] if scene.board else [])] for scene in scenes]
        things = [thing for of_scene in by_scene for thing in of_scene]
        kinds = [KINDS.index(getattr(thing, "kind", "board")) for thing in things]
        self.words = [thing.word for thing in things]
        self.kind = torch.tensor(kinds, device=device)
        self.kinds = sorted(set(kinds))
        self.albedo = column(ALBEDO[getattr(thing, "colour", "board")] for thing in things)
        self.metal = column(getattr(thing, "material", "matte") == "metal" for thing in things)
        self.scale = column(thing.scale for thing in things)
        self.place = column((thing.x, getattr(thing, "y", 0.0), thing.z) for thing in things)
        yaw = column(thing.yaw for thing in things)
        self.cos, self.sin = yaw.cos(), yaw.sin()

        # Scenes, one row each.
        most, first = max(len(of_scene) for of_scene in by_scene), 0
        self.things = torch.full((len(scenes), most), -1, device=device)
        for row, of_scene in enumerate(by_scene):
            self.things[row, : len(of_scene)] = torch.arange(first, first + len(of_scene))
            first += len(of_scene)
        self.several = most > 1
        self.texture = column(scene.texture for scene in scenes)
        self.moon = column(scene.moon for scene in scenes)
        azimuth, elevation = column(scene.sun_azimuth for scene in scenes), LIGHTS[self.time].elevation
        across, up = math.cos(elevation), torch.full_like(azimuth, math.sin(elevation))
        self.sun = torch.stack([azimuth.sin() * across, up, azimuth.cos() * across], -1)

    def to_thing(self, points: Tensor, thing: Tensor) -> Tensor:
        """World points [M, 3] in the space of things [M]."""
        return rotate((points - self.place[thing]) / self.scale[thing, None], self.cos[thing], self.sin[thing])

    def facing(self, thing: Tensor, normal: Tensor) -> Tensor:
        """z [M] of world normals [M, 3] in the space of things [M]: how much a surface is the thing's front."""
        return normal[:, 2] * self.cos[thing] + normal[:, 0] * self.sin[thing]

    def _each(self, scene: Tensor, but: Tensor | None) -> Iterator[tuple[str, Tensor, Tensor]]:
        """(kind, rows, things of the rows) for every place and kind; thing but [M] is left out of its row."""
        for place in range(self.things.shape[1]):
            thing = self.things[scene, place]
            there = thing >= 0 if but is None else (thing >= 0) & (thing != but)
            kind_there = torch.where(there, self.kind[thing], -1)
            for kind in self.kinds:
                rows = (kind_there == kind).nonzero()[:, 0]
                if len(rows):
                    yield KINDS[kind], rows, thing[rows]

    def first_hit(
        self, scene: Tensor, origin: Tensor, direction: Tensor, but: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Distance [M], infinite where nothing is met, and thing [M], -1 for none."""
        nearest, met_thing = torch.full_like(direction[:, 0], float("inf")), torch.full_like(scene, -1)
        for kind, rows, thing in self._each(scene, but):
            start, along = self.to_thing(origin[rows], thing), rotate(direction[rows], self.cos[thing], self.sin[thing])
            inside, near, far = sdf.enter_bounds(kind, start, along)
            met = inside.nonzero()[:, 0]
            distance = sdf.march(kind, start[met], along[met], near[met], far[met]) * self.scale[thing[met]]
            closer = distance < nearest[rows[met]]
            met, distance = met[closer], distance[closer]
            nearest[rows[met]], met_thing[rows[met]] = distance, thing[met]
        return nearest, met_thing

    def normal(self, thing: Tensor, local: Tensor) -> Tensor:
        """World normals [M, 3] of things [M] at points of their own space."""
        out = torch.empty_like(local)
        for kind in self.kinds:
            rows = (self.kind[thing] == kind).nonzero()[:, 0]
            out[rows] = sdf.normal(KINDS[kind], local[rows])
        return rotate(out, self.cos[thing], -self.sin[thing])

    def sunlight(self, scene: Tensor, points: Tensor, sharpness: float, but: Tensor | None = None) -> Tensor:
        """Share of the sun's light [M] that passes all things."""
        share = torch.ones_like(points[:, 0])
        for kind, rows, thing in self._each(scene, but):
            towards = rotate(self.sun[scene[rows]], self.cos[thing], self.sin[thing])
            passed = sdf.soft_shadow(kind, self.to_thing(points[rows], thing), towards, sharpness)
            share[rows] = torch.minimum(share[rows], passed)
        return share

    def open_sky(self, scene: Tensor, points: Tensor, outward: Tensor, but: Tensor | None = None) -> Tensor:
        """How open the view is from points [M, 3] along outward [M, 3].

        1 far from all things, OCCLUSION.least in their corners.
        """
        share = torch.ones_like(points[:, 0])
        for kind, rows, thing in self._each(scene, but):
            outside = points[rows] + OCCLUSION.step * self.scale[thing, None] * outward[rows]
            local = self.to_thing(outside, thing)
            bounds = sdf.BOUNDS[kind]
            from_middle = (local - local.new_tensor([0, bounds.height, 0])).norm(dim=-1)
            near = (from_middle < bounds.radius + OCCLUSION.margin).nonzero()[:, 0]
            clearance = (sdf.SDF[kind](local[near]) / OCCLUSION.reach).clamp(0, 1)
            share[rows[near]] *= OCCLUSION.least + (1 - OCCLUSION.least) * clearance
        return share
