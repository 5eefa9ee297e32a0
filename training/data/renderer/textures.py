"""Procedural floors and skies, in world space, so that every picture size shows the same scene.

Colours are linear RGB. `footprint` [M] is the width of a sample in world units: detail finer than that fades to
its mean, so a small picture is the area average of a large one.
"""

from functools import cache

import torch
from torch import Tensor

CELLS, TEXELS = 64, 16


@cache
def _noise_table(device: str) -> Tensor:
    """Smooth value noise in [-1, 1], tileable, two independent channels: [1, 2, S + 1, S + 1]."""
    lattice = torch.rand(2, CELLS, CELLS, generator=torch.Generator().manual_seed(11)) * 2 - 1
    position = torch.arange(CELLS * TEXELS + 1) / TEXELS
    cell, fraction = position.long() % CELLS, position % 1
    fraction = fraction * fraction * (3 - 2 * fraction)
    after = (cell + 1) % CELLS
    rows = torch.lerp(lattice[:, cell], lattice[:, after], fraction[None, :, None])
    table = torch.lerp(rows[:, :, cell], rows[:, :, after], fraction)
    return table[None].to(device)


def noise(u: Tensor, v: Tensor, channel: int = 0) -> Tensor:
    """Value noise [M] with cells of size 1 and period CELLS."""
    table = _noise_table(str(u.device))[:, channel : channel + 1]
    grid = torch.stack([u % CELLS, v % CELLS], -1) * (2 / CELLS) - 1
    out = torch.nn.functional.grid_sample(table, grid[None, None], padding_mode="border", align_corners=True)
    return out[0, 0, 0]


def _fade(footprint: Tensor, frequency: float) -> Tensor:
    return (1.3 - 1.5 * footprint * frequency).clamp(0, 1)


def _tint(low: tuple, high: tuple, mix: Tensor) -> Tensor:
    low, high = mix.new_tensor(low), mix.new_tensor(high)
    return low + (high - low) * mix.clamp(0, 1)[:, None]


def _sand(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    dunes = noise(x * 0.9, z * 0.9)
    phase = 11 * z + 3.0 * x + 2.2 * noise(x * 1.3, z * 1.3, 1) + 1.2 * dunes
    ripples = torch.sin(phase) * _fade(footprint, 3.0)
    grain = noise(x * 70, z * 70) * _fade(footprint, 70)
    return _tint((0.43, 0.29, 0.14), (0.90, 0.70, 0.43), 0.5 + 0.16 * ripples + 0.15 * dunes + 0.22 * grain)


def _grass(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    # Blades stand up and so look stretched away from the camera; they lean with a slow noise.
    patches = noise(x * 1.1, z * 1.1)
    lean = x + 0.10 * noise(x * 1.7, z * 1.7, 1)
    blades = noise(lean * 24, z * 8) * _fade(footprint, 24)
    fine = noise(lean * 64, z * 20, 1) * _fade(footprint, 64)
    mix = 0.45 + 0.14 * patches + 0.30 * blades + 0.30 * fine
    return _tint((0.015, 0.055, 0.008), (0.25, 0.36, 0.055), mix)


def _wood(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    width = 0.62
    plank = torch.floor(z / width)
    inside = z / width - plank
    shade = noise(plank * 7.31 + 0.37, plank * 3.17 + 0.61)
    grain = noise(x * 1.4 + plank * 5.3, z * 16, 1) * _fade(footprint, 16)
    fibre = noise(x * 5 + plank * 9.1, z * 75) * _fade(footprint, 75)
    colour = _tint((0.10, 0.038, 0.014), (0.46, 0.22, 0.085), 0.5 + 0.30 * shade + 0.28 * grain + 0.16 * fibre)
    # The groove keeps its area when it is thinner than a sample, so its darkness averages out right.
    groove = torch.minimum(inside, 1 - inside) * width
    blur = footprint.clamp_min(0.006)
    dark = (1 - groove / (0.014 + blur)).clamp(0, 1) * 0.028 / (0.014 + blur)
    return colour * (1 - 0.85 * dark.clamp(0, 1))[:, None]


def _line(distance: Tensor, half: float, footprint: Tensor) -> Tensor:
    """Share [M] of a sample that a line of half width `half` covers.

    A thin line keeps its area, so it averages out right.
    """
    blur = 0.5 * footprint
    return ((half + blur - distance) / (2 * blur.clamp_min(1e-4))).clamp(0, 1) * (half / (half + blur)).clamp(0, 1)


def _tiles(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    side = 0.62
    column, row = torch.floor(x / side), torch.floor(z / side)
    dark = (column + row) % 2
    # The chequer fades to its mean where a tile is no wider than a sample.
    dark = torch.lerp(torch.full_like(dark, 0.5), dark, _fade(footprint, 2.4 / side))
    shade = noise(column * 5.17 + 0.3, row * 3.71 + 0.7) * 0.25
    colour = _tint((0.80, 0.78, 0.72), (0.13, 0.25, 0.31), dark + shade * _fade(footprint, 2.4 / side))
    away = torch.minimum(((x / side) % 1 - 0.5).abs().neg() + 0.5, ((z / side) % 1 - 0.5).abs().neg() + 0.5) * side
    return torch.lerp(
        colour, colour.new_tensor((0.42, 0.41, 0.39)).expand_as(colour), _line(away, 0.014, footprint)[:, None]
    )


def _snow(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    drifts = noise(x * 0.7, z * 1.1) + 0.5 * noise(x * 1.9, z * 2.6, 1)
    crust = noise(x * 26, z * 26) * _fade(footprint, 26)
    glitter = (noise(x * 80, z * 80, 1) - 0.72).clamp_min(0) * 2.5 * _fade(footprint, 80)
    return _tint((0.62, 0.72, 0.90), (0.98, 0.98, 1.00), 0.62 + 0.30 * drifts + 0.10 * crust + glitter)


def _concrete(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    stains = noise(x * 0.8, z * 0.8) + 0.6 * noise(x * 2.7, z * 2.7, 1)
    grain = noise(x * 34, z * 34) * _fade(footprint, 34) + 0.8 * noise(x * 85, z * 85, 1) * _fade(footprint, 85)
    colour = _tint((0.12, 0.12, 0.125), (0.40, 0.40, 0.395), 0.5 + 0.22 * stains + 0.22 * grain)
    slab = 2.4
    away = torch.minimum(((x / slab) % 1 - 0.5).abs().neg() + 0.5, ((z / slab) % 1 - 0.5).abs().neg() + 0.5) * slab
    return colour * (1 - 0.75 * _line(away, 0.020, footprint))[:, None]


_FLOORS = {"sand": _sand, "grass": _grass, "wood": _wood, "tiles": _tiles, "snow": _snow, "concrete": _concrete}
FLOOR_MEAN = {
    "sand": (0.66, 0.50, 0.28),
    "grass": (0.12, 0.19, 0.03),
    "wood": (0.28, 0.13, 0.05),
    "tiles": (0.45, 0.50, 0.50),
    "snow": (0.85, 0.88, 0.96),
    "concrete": (0.26, 0.26, 0.26),
}


def floor_colour(floor: str, x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    """Albedo [M, 3] of a floor at world positions x, z [M]."""
    return _FLOORS[floor](x, z, footprint)


# time: sun colour, ambient from above, horizon, zenith, clouds
LIGHT = {
    "day": ((1.95, 1.86, 1.70), (0.40, 0.50, 0.66), (0.72, 0.86, 0.98), (0.10, 0.33, 0.80), 0.55),
    "sunset": ((2.00, 1.22, 0.72), (0.42, 0.33, 0.44), (1.00, 0.48, 0.14), (0.42, 0.14, 0.34), 0.35),
    "night": ((0.72, 0.75, 0.90), (0.12, 0.15, 0.26), (0.055, 0.085, 0.20), (0.006, 0.010, 0.045), 0.0),
}
SUN_ELEVATION = {"day": 0.85, "sunset": 0.42, "night": 0.75}


def sky_colour(time: str, direction: Tensor, moon: Tensor, offset: Tensor, disc: bool = True) -> Tensor:
    """Radiance [M, 3] of the sky along unit directions [M, 3]; moon [M, 2] is where it stands (x/-z, y/-z)."""
    _, _, horizon, zenith, clouds = LIGHT[time]
    x, y, z = direction.unbind(-1)
    up = y.clamp_min(0)
    colour = _tint(horizon, zenith, 1 - torch.exp(-9 * up))
    if not disc:
        return colour
    ahead = (-z).clamp_min(0.05)
    u, v = x / ahead, y / ahead
    if clouds:
        bank = noise(u * 9 + offset[:, 0], v * 38) + 0.5 * noise(u * 21 + offset[:, 1], v * 90, 1)
        cover = (bank * 0.8 - 0.15).clamp(0, 1) * (up * 25).clamp(0, 1) * clouds
        bright = colour.new_tensor((1.0, 1.0, 1.0) if time == "day" else (1.0, 0.52, 0.38))
        colour = torch.lerp(colour, bright.expand_as(colour), cover[:, None])
    else:
        # One star in some cells of a grid, placed by noise; then the moon with a halo.
        cu, cv = torch.floor(u * 45), torch.floor(v * 45)
        su = 0.5 + 0.4 * noise(cu * 7.3 + offset[:, 0].floor(), cv * 3.9)
        sv = 0.5 + 0.4 * noise(cu * 5.1 + 0.5, cv * 9.7 + offset[:, 1].floor(), 1)
        lit = noise(cu * 3.7 + offset[:, 1].floor(), cv * 8.3 + 0.5).clamp_min(0)
        star = torch.exp(-((u * 45 - cu - su) ** 2 + (v * 45 - cv - sv) ** 2) * 160) * (lit - 0.25).clamp_min(0) * 3
        away = torch.hypot(u - moon[:, 0], v - moon[:, 1])
        disc_share = ((0.019 - away) / 0.002).clamp(0, 1)
        halo = 0.12 * torch.exp(-away * 30) * (v * 60).clamp(0, 1)
        colour = colour + (star + halo)[:, None]
        colour = torch.lerp(colour, colour.new_tensor([0.95, 0.93, 0.82]).expand_as(colour), disc_share[:, None])
    return colour
