"""The two styles that are no photograph: ink and wash on paper, and pixel art."""

import torch
from torch import Tensor

from training.data.renderer import textures
from training.data.renderer.geometry import SceneGeometry
from training.data.renderer.shading import BOARD, painted_albedo

# By time: paper, ink (display values).
PAPER = {
    "day": ((0.97, 0.96, 0.92), (0.10, 0.09, 0.12)),
    "sunset": ((0.99, 0.83, 0.64), (0.22, 0.08, 0.08)),
    "night": ((0.13, 0.16, 0.29), (0.90, 0.92, 0.98)),
}
LINE = 0.0062  # half the width of an outline, as a share of the frame
CELLS = 32  # a frame of pixel art is this many cells wide
LEVELS = 8  # of each colour channel in pixel art


def display(linear: Tensor) -> Tensor:
    """Linear light to display values in [0, 1]: a smooth limit at 1, then the sRGB curve."""
    x = linear.clamp_min(0)
    x = x / (1 + x**3) ** (1 / 3)
    return torch.where(x < 0.0031308, 12.92 * x, 1.055 * x.clamp_min(1e-8) ** (1 / 2.4) - 0.055)


def _stripes(across: Tensor, spacing: float, share: float) -> Tensor:
    return (across / spacing) % 1 < share


def wash_thing(
    geometry: SceneGeometry, b: Tensor, o: Tensor, point: Tensor, normal: Tensor, view: Tensor, frame: Tensor
) -> Tensor:
    """Display colours [M, 3] of things: flat colour, hatched where dark.

    Metal has hard-edged reflections. frame [M, 2] is where in the frame.
    """
    paper, ink = (point.new_tensor(c) for c in PAPER[geometry.time])
    front = normal[:, 2] * geometry.cos[o] + normal[:, 0] * geometry.sin[o]
    albedo, written = painted_albedo(geometry, o, geometry.to_thing(point, o), front)
    flat = torch.lerp(paper.expand_as(albedo), display(albedo * 1.3), 0.82)
    light = (normal * geometry.sun[b]).sum(-1)
    mirror = view - 2 * (view * normal).sum(-1, keepdim=True) * normal
    bright = ((mirror * geometry.sun[b]).sum(-1) > 0.86) | ((mirror[:, 1] > 0.0) & (mirror[:, 1] < 0.16))
    shiny = (geometry.metal[o] > 0) & ~written
    flat = torch.where((shiny & bright)[:, None], torch.lerp(flat, torch.ones_like(flat), 0.80), flat)
    flat = torch.where((shiny & (mirror[:, 1] < -0.25))[:, None], flat * 0.62, flat)
    hatched = (
        (light < 0.12)
        & _stripes(frame[:, 0] + frame[:, 1], 0.022, 0.34)
        & ~written
        & ~shiny
        & (geometry.kind[o] != BOARD)
    )
    return torch.where(hatched[:, None], torch.lerp(flat, ink.expand_as(flat), 0.65), flat)


def wash_floor(geometry: SceneGeometry, b: Tensor, point: Tensor, footprint: Tensor, frame: Tensor) -> Tensor:
    """Display colours [M, 3] of the floor: a pale wash of its texture, cast shadows cross-hatched."""
    paper, ink = (point.new_tensor(c) for c in PAPER[geometry.time])
    texture = textures.floor_colour(
        geometry.floor, point[:, 0] + geometry.texture[b, 0], point[:, 2] + geometry.texture[b, 1], footprint
    )
    flat = torch.lerp(paper.expand_as(texture), display(texture * 1.2), 0.55 if geometry.time != "night" else 0.40)
    hatch = _stripes(frame[:, 0] + frame[:, 1], 0.022, 0.36) | _stripes(frame[:, 0] - frame[:, 1], 0.022, 0.36)
    dark = (geometry.sunlight(b, point, 40.0) < 0.5) & hatch
    return torch.where(dark[:, None], torch.lerp(flat, ink.expand_as(flat), 0.60), flat)


def wash_sky(geometry: SceneGeometry, b: Tensor, view: Tensor) -> Tensor:
    """Display colours [M, 3] of the sky: paper; at night moon and stars, at sunset a low sun."""
    paper, ink = (view.new_tensor(c) for c in PAPER[geometry.time])
    out = paper.expand_as(view)
    ahead = (-view[:, 2]).clamp_min(0.05)
    u, v = view[:, 0] / ahead, view[:, 1] / ahead
    if geometry.time == "night":
        sky = textures.sky_colour("night", view, geometry.moon[b], geometry.texture[b])
        return torch.where((sky.mean(-1) > 0.16)[:, None], ink.expand_as(view), out)
    if geometry.time == "sunset":
        away = torch.hypot(u - geometry.moon[b, 0], v)
        return torch.where((away < 0.035)[:, None], view.new_tensor((0.93, 0.36, 0.16)).expand_as(view), out)
    bank = textures.noise(u * 9 + geometry.texture[b, 0], v * 38)
    return torch.where(
        ((bank > 0.35) & (bank < 0.62))[:, None], view.new_tensor((0.78, 0.87, 0.95)).expand_as(view), out
    )


def pixelated(frames: Tensor) -> Tensor:
    """Photographs [N, 3, CELLS, CELLS], made vivid, in the few levels of pixel art."""
    grey = frames.mean(1, keepdim=True)
    vivid = ((grey + 1.35 * (frames - grey) - 0.5) * 1.15 + 0.5).clamp(0, 1)
    return (vivid * (LEVELS - 1)).round() / (LEVELS - 1)
