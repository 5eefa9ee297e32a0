"""Signed distance fields of the six solids and of a board, and how rays and shadows march through them.

A solid lives in a space of its own: it stands on y = 0, about 1.8 high. Points are [M, 3].
Sphere tracing after Hart (1996); penumbra after Quilez's improved soft shadows.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Bounds:
    """A sphere about a solid: height of its centre, and its radius."""

    height: float
    radius: float


@dataclass(frozen=True)
class Panel:
    """The panel of a board."""

    middle: float  # height
    half_width: float
    half_height: float
    half_thickness: float


@dataclass(frozen=True, kw_only=True)
class March:
    """Sphere tracing. Rays that graze a flat top close in by a few percent a step, hence so many steps."""

    steps: int = 110
    hit: float = 1e-3  # distance at which a surface is met
    prune_every: int = 5  # steps between two weedings of rays that are done: a weeding costs a copy


@dataclass(frozen=True, kw_only=True)
class Penumbra:
    """The march of a shadow ray."""

    steps: int = 28
    start: float = 0.02  # first distance
    least_step: float = 0.02
    most_step: float = 0.3
    margin: float = 0.3  # about the bounding sphere, for shadows that graze it
    prune_every: int = 7


BOUNDS = {
    "cube": Bounds(0.74, 1.30),
    "sphere": Bounds(0.90, 0.92),
    "cylinder": Bounds(0.85, 1.10),
    "cone": Bounds(0.62, 1.25),
    "pyramid": Bounds(0.50, 1.30),
    "torus": Bounds(0.92, 0.94),
    "board": Bounds(0.80, 1.32),
}
HEIGHT = {"cube": 1.48, "sphere": 1.80, "cylinder": 1.70, "cone": 1.85, "pyramid": 1.60, "torus": 1.82}
PANEL, MARCH, PENUMBRA = Panel(1.05, 1.0, 0.5, 0.05), March(), Penumbra()


def _box2(across: Tensor, along: Tensor) -> Tensor:
    """Distance to a corner of the plane from how far a point lies beyond its two sides."""
    return torch.hypot(across.clamp_min(0), along.clamp_min(0)) + torch.maximum(across, along).clamp_max(0)


def _cube(p: Tensor) -> Tensor:
    half, edge = 0.74, 0.04
    beyond = (p - p.new_tensor([0, half, 0])).abs() - (half - edge)
    return beyond.clamp_min(0).norm(dim=-1) + beyond.amax(-1).clamp_max(0) - edge


def _sphere(p: Tensor) -> Tensor:
    radius = 0.9
    return (p - p.new_tensor([0, radius, 0])).norm(dim=-1) - radius


def _cylinder(p: Tensor) -> Tensor:
    radius, half, edge = 0.66, 0.85, 0.035
    x, y, z = p.unbind(-1)
    return _box2(torch.hypot(x, z) - radius + edge, (y - half).abs() - half + edge) - edge


def _cone(p: Tensor) -> Tensor:
    # Distance to the slanted side and to the base, as a lower bound (the larger of the two half spaces).
    radius, height = 0.88, 1.85
    slope = (radius**2 + height**2) ** 0.5
    x, y, z = p.unbind(-1)
    side = (torch.hypot(x, z) * height + (y - height) * radius) / slope
    return torch.maximum(side, -y)


def _pyramid(p: Tensor) -> Tensor:
    half, height = 0.84, 1.6
    slope = (half**2 + height**2) ** 0.5
    x, y, z = p.unbind(-1)
    side = (torch.maximum(x.abs(), z.abs()) * height + (y - height) * half) / slope
    return torch.maximum(side, -y)


def _torus(p: Tensor) -> Tensor:
    # Upright, its axis along z, so that the camera looks through the hole.
    major, minor = 0.64, 0.27
    x, y, z = p.unbind(-1)
    return torch.hypot(torch.hypot(x, y - major - minor) - major, z) - minor


def _box3(p: Tensor, middle: tuple, half: tuple, edge: float) -> Tensor:
    beyond = (p - p.new_tensor(middle)).abs() - (p.new_tensor(half) - edge)
    return beyond.clamp_min(0).norm(dim=-1) + beyond.amax(-1).clamp_max(0) - edge


def _board(p: Tensor) -> Tensor:
    edge, post_half_width, post_half_height = 0.02, 0.07, 0.4
    thickness = PANEL.half_thickness
    panel = _box3(p, (0, PANEL.middle, 0), (PANEL.half_width, PANEL.half_height, thickness), edge)
    post = _box3(p, (0, post_half_height, -2 * thickness), (post_half_width, post_half_height, thickness), edge)
    return torch.minimum(panel, post)


SDF = {
    "cube": _cube,
    "sphere": _sphere,
    "cylinder": _cylinder,
    "cone": _cone,
    "pyramid": _pyramid,
    "torus": _torus,
    "board": _board,
}


def enter_bounds(kind: str, origin: Tensor, direction: Tensor, margin: float = 0.0) -> tuple[Tensor, Tensor, Tensor]:
    """Where rays [M, 3] enter and leave the bounding sphere: (hit [M], near [M], far [M])."""
    bounds = BOUNDS[kind]
    offset = origin - origin.new_tensor([0, bounds.height, 0])
    # |offset + t direction| = radius, a quadratic in t whose half discriminant decides.
    along = (offset * direction).sum(-1)
    discriminant = along * along - (offset * offset).sum(-1) + (bounds.radius + margin) ** 2
    root = discriminant.clamp_min(0).sqrt()
    far = root - along
    return (discriminant > 0) & (far > 0), (-along - root).clamp_min(0), far


def march(kind: str, origin: Tensor, direction: Tensor, near: Tensor, far: Tensor) -> Tensor:
    """Sphere tracing: the distance [M] at which each ray hits, infinite where it misses."""
    field = SDF[kind]
    result = torch.full_like(near, float("inf"))
    index, t = torch.arange(len(near), device=near.device), near
    for step in range(MARCH.steps):
        distance = field(origin + t[:, None] * direction)
        hit = distance < MARCH.hit
        t = torch.where(hit, t, t + distance)
        if step % MARCH.prune_every == MARCH.prune_every - 1 or step == MARCH.steps - 1:
            result[index[hit]] = t[hit]
            alive = ~hit & (t < far)
            index, t, origin, direction, far = (values[alive] for values in (index, t, origin, direction, far))
            if not len(index):
                break
    return result


def normal(kind: str, p: Tensor, reach: float = 1e-3) -> Tensor:
    """Unit normals [M, 3] by differences on a tetrahedron of half edge `reach`."""
    corners = p.new_tensor([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]])
    gradient = sum(corner * SDF[kind](p + reach * corner)[:, None] for corner in corners)
    return torch.nn.functional.normalize(gradient, dim=-1)


def soft_shadow(kind: str, p: Tensor, light: Tensor, sharpness: float) -> Tensor:
    """Share of the light [M] that reaches points p [M, 3]; light [M, 3] points to the sun."""
    visible = torch.ones(len(p), device=p.device)
    hit, near, far = enter_bounds(kind, p, light, margin=PENUMBRA.margin)
    index = hit.nonzero()[:, 0]
    origin, direction, end = p[index], light[index], far[index]
    t = near[index].clamp_min(PENUMBRA.start)
    share = torch.ones_like(t)
    for step in range(PENUMBRA.steps):
        distance = SDF[kind](origin + t[:, None] * direction)
        share = torch.minimum(share, 0.5 + 0.5 * sharpness * distance / t)
        t = t + distance.clamp(PENUMBRA.least_step, PENUMBRA.most_step)
        if step % PENUMBRA.prune_every == PENUMBRA.prune_every - 1 or step == PENUMBRA.steps - 1:
            visible[index] = share
            alive = (t < end) & (share > 0)
            index, origin, direction, t, end, share = (
                values[alive] for values in (index, origin, direction, t, end, share)
            )
            if not len(index):
                break
    visible = visible.clamp(0, 1)
    return visible * visible * (3 - 2 * visible)
