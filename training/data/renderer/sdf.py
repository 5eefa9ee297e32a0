"""Signed distance fields of the six solids and of a board, and how rays and shadows march through them.

A solid lives in a space of its own: it stands on y = 0, about 1.8 high. Points are [M, 3].
Sphere tracing after Hart (1996); penumbra after Quilez's improved soft shadows.
"""

import torch
from torch import Tensor

# kind: (height of the bounding sphere's centre, its radius)
BOUNDS = {
    "cube": (0.74, 1.30),
    "sphere": (0.90, 0.92),
    "cylinder": (0.85, 1.10),
    "cone": (0.62, 1.25),
    "pyramid": (0.50, 1.30),
    "torus": (0.92, 0.94),
    "board": (0.80, 1.32),
}
HEIGHT = {"cube": 1.48, "sphere": 1.80, "cylinder": 1.70, "cone": 1.85, "pyramid": 1.60, "torus": 1.82}
# The panel of a board: height of its middle, half width, half height, half thickness.
PANEL = (1.05, 1.0, 0.5, 0.05)


def _box2(dx: Tensor, dy: Tensor) -> Tensor:
    return torch.hypot(dx.clamp_min(0), dy.clamp_min(0)) + torch.maximum(dx, dy).clamp_max(0)


def _cube(p: Tensor) -> Tensor:
    half, edge = 0.74, 0.04
    q = (p - p.new_tensor([0, half, 0])).abs() - (half - edge)
    return q.clamp_min(0).norm(dim=-1) + q.amax(-1).clamp_max(0) - edge


def _sphere(p: Tensor) -> Tensor:
    return (p - p.new_tensor([0, 0.9, 0])).norm(dim=-1) - 0.9


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
    q = (p - p.new_tensor(middle)).abs() - (p.new_tensor(half) - edge)
    return q.clamp_min(0).norm(dim=-1) + q.amax(-1).clamp_max(0) - edge


def _board(p: Tensor) -> Tensor:
    height, width, up, thick = PANEL
    panel = _box3(p, (0, height, 0), (width, up, thick), 0.02)
    return torch.minimum(panel, _box3(p, (0, 0.4, -2 * thick), (0.07, 0.4, thick), 0.02))


SDF = {
    "cube": _cube,
    "sphere": _sphere,
    "cylinder": _cylinder,
    "cone": _cone,
    "pyramid": _pyramid,
    "torus": _torus,
    "board": _board,
}


def enter_bounds(kind: str, origin: Tensor, direction: Tensor, margin: float = 0.0):
    """Where rays [M, 3] enter and leave the bounding sphere: (hit [M], near [M], far [M])."""
    height, radius = BOUNDS[kind]
    offset = origin - origin.new_tensor([0, height, 0])
    b = (offset * direction).sum(-1)
    disc = b * b - (offset * offset).sum(-1) + (radius + margin) ** 2
    root = disc.clamp_min(0).sqrt()
    far = root - b
    return (disc > 0) & (far > 0), (-b - root).clamp_min(0), far


def march(kind: str, origin: Tensor, direction: Tensor, near: Tensor, far: Tensor, steps: int = 110):
    """Sphere tracing: the distance [M] at which each ray hits, infinite where it misses.

    Rays that graze a flat top close in by a few percent a step, hence so many steps; few rays need them.
    """
    field = SDF[kind]
    result = torch.full_like(near, float("inf"))
    index, t = torch.arange(len(near), device=near.device), near
    o, d, end = origin, direction, far
    for step in range(steps):
        distance = field(o + t[:, None] * d)
        hit = distance < 1e-3
        t = torch.where(hit, t, t + distance)
        # Rays that are done leave the batch now and then: dropping them costs a copy.
        if step % 5 == 4 or step == steps - 1:
            result[index[hit]] = t[hit]
            alive = ~hit & (t < end)
            index, t, o, d, end = index[alive], t[alive], o[alive], d[alive], end[alive]
            if not len(index):
                break
    return result


def normal(kind: str, p: Tensor, eps: float = 1e-3) -> Tensor:
    """Unit normals [M, 3] by differences on a tetrahedron."""
    corners = p.new_tensor([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]])
    gradient = sum(c * SDF[kind](p + eps * c)[:, None] for c in corners)
    return torch.nn.functional.normalize(gradient, dim=-1)


def soft_shadow(kind: str, p: Tensor, light: Tensor, sharpness: float, steps: int = 28) -> Tensor:
    """Share of the light [M] that reaches points p [M, 3]; light [M, 3] points to the sun."""
    visible = torch.ones(len(p), device=p.device)
    hit, near, far = enter_bounds(kind, p, light, margin=0.3)
    index = hit.nonzero()[:, 0]
    o, d, t, end = p[index], light[index], near[index].clamp_min(0.02), far[index]
    share = torch.ones_like(t)
    for step in range(steps):
        distance = SDF[kind](o + t[:, None] * d)
        share = torch.minimum(share, 0.5 + 0.5 * sharpness * distance / t)
        t = t + distance.clamp(0.02, 0.3)
        if step % 7 == 6 or step == steps - 1:
            visible[index] = share
            alive = (t < end) & (share > 0)
            index, o, d, t, end, share = (a[alive] for a in (index, o, d, t, end, share))
            if not len(index):
                break
    visible = visible.clamp(0, 1)
    return visible * visible * (3 - 2 * visible)
