"""The things of a batch of scenes as tensors: which a ray meets first, what light reaches a point.

M points or rays belong each to a scene b [M]. A thing is a solid or a board; scenes differ in how many they have and
of which kinds, so each question goes through the places of a scene (`things` [B, S], -1 for none) and through kinds.
"""

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from training.data.attributes import Scene
from training.data.renderer import sdf, textures

KINDS = tuple(sdf.SDF)
ALBEDO = {
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


def rotate(vectors: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """World to thing: turns vectors [M, 3] by -yaw about the vertical."""
    x, y, z = vectors.unbind(-1)
    return torch.stack([cos * x - sin * z, y, sin * x + cos * z], -1)


class SceneGeometry:
    """Scenes alike in floor, time and style, as tensors with one row a scene (B) or one row a thing (O)."""

    def __init__(self, scenes: Sequence[Scene], device):
        def column(values):
            return torch.tensor(list(values), dtype=torch.float32, device=device)

        self.floor, self.time, self.style = scenes[0].floor, scenes[0].time, scenes[0].style
        owned = [
            (i, thing)
            for i, scene in enumerate(scenes)
            for thing in (*scene.solids, *([scene.board] if scene.board else []))
        ]
        things = [thing for _, thing in owned]
        kinds = [getattr(thing, "kind", "board") for thing in things]
        self.words = [thing.word for thing in things]
        self.kind = torch.tensor([KINDS.index(kind) for kind in kinds], device=device)
        self.kinds = sorted(set(KINDS.index(kind) for kind in kinds))
        self.albedo = column(ALBEDO[getattr(thing, "colour", "board")] for thing in things)
        self.metal = column(getattr(thing, "material", "matte") == "metal" for thing in things)
        self.scale = column(thing.scale for thing in things)
        self.place = column((thing.x, getattr(thing, "y", 0.0), thing.z) for thing in things)
        yaw = column(thing.yaw for thing in things)
        self.cos, self.sin = yaw.cos(), yaw.sin()
        most = max(sum(i == b for i, _ in owned) for b in range(len(scenes)))
        self.things = torch.full((len(scenes), most), -1, device=device)
        taken = [0] * len(scenes)
        for o, (i, _) in enumerate(owned):
            self.things[i, taken[i]] = o
            taken[i] += 1
        self.texture = column(scene.texture for scene in scenes)
        self.moon = column(scene.moon for scene in scenes)
        azimuth, up = column(scene.sun_azimuth for scene in scenes), textures.SUN_ELEVATION[self.time]
        self.sun = torch.stack(
            [azimuth.sin() * math.cos(up), torch.full_like(azimuth, math.sin(up)), azimuth.cos() * math.cos(up)], -1
        )

    def to_thing(self, points: Tensor, o: Tensor) -> Tensor:
        """World points [M, 3] in the space of things o [M]."""
        return rotate((points - self.place[o]) / self.scale[o, None], self.cos[o], self.sin[o])

    def _each(self, b: Tensor, but: Tensor | None) -> Iterator[tuple[str, Tensor, Tensor]]:
        """(kind, rows, things of the rows) for every place and kind; thing but [M] is left out of its row."""
        for place in range(self.things.shape[1]):
            o = self.things[b, place]
            there = o >= 0 if but is None else (o >= 0) & (o != but)
            kind = torch.where(there, self.kind[o], -1)
            for k in self.kinds:
                rows = (kind == k).nonzero()[:, 0]
                if len(rows):
                    yield KINDS[k], rows, o[rows]

    def first_hit(
        self, b: Tensor, origin: Tensor, direction: Tensor, but: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Distance [M], infinite where nothing is met, and thing [M], -1 for none."""
        nearest, thing = torch.full_like(direction[:, 0], float("inf")), torch.full_like(b, -1)
        for kind, rows, o in self._each(b, but):
            start, along = self.to_thing(origin[rows], o), rotate(direction[rows], self.cos[o], self.sin[o])
            inside, near, far = sdf.enter_bounds(kind, start, along)
            met = inside.nonzero()[:, 0]
            t = sdf.march(kind, start[met], along[met], near[met], far[met]) * self.scale[o[met]]
            closer = t < nearest[rows[met]]
            met, t = met[closer], t[closer]
            nearest[rows[met]], thing[rows[met]] = t, o[met]
        return nearest, thing

    def normal(self, o: Tensor, local: Tensor) -> Tensor:
        """World normals [M, 3] of things o [M] at points of their own space."""
        out = torch.empty_like(local)
        for k in self.kinds:
            rows = (self.kind[o] == k).nonzero()[:, 0]
            out[rows] = sdf.normal(KINDS[k], local[rows])
        return rotate(out, self.cos[o], -self.sin[o])

    def sunlight(self, b: Tensor, points: Tensor, sharpness: float, but: Tensor | None = None) -> Tensor:
        """Share of the sun's light [M] that passes all things."""
        share = torch.ones_like(points[:, 0])
        for kind, rows, o in self._each(b, but):
            towards = rotate(self.sun[b[rows]], self.cos[o], self.sin[o])
            share[rows] = torch.minimum(
                share[rows], sdf.soft_shadow(kind, self.to_thing(points[rows], o), towards, sharpness)
            )
        return share

    def open_sky(self, b: Tensor, points: Tensor, outward: Tensor, but: Tensor | None = None) -> Tensor:
        """How open the view is from points [M, 3] along outward [M, 3]: 1 far from all things, 0.35 in their
        corners.
        """
        share = torch.ones_like(points[:, 0])
        for kind, rows, o in self._each(b, but):
            local = self.to_thing(points[rows] + 0.25 * self.scale[o, None] * outward[rows], o)
            height, radius = sdf.BOUNDS[kind]
            near = ((local - local.new_tensor([0, height, 0])).norm(dim=-1) < radius + 0.75).nonzero()[:, 0]
            share[rows[near]] *= 0.35 + 0.65 * (sdf.SDF[kind](local[near]) / 0.7).clamp(0, 1)
        return share
