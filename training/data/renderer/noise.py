"""Smooth noise over the plane, and how detail of it fades and turns into colour.

`footprint` [M] is the width of a sample in world units: detail finer than that fades to its mean, so a small picture is
the area average of a large one.
"""

from functools import cache

import torch
from torch import Tensor

from training.data.renderer.light import Colour

PERIOD = 64  # cells, then the noise repeats
TEXELS = 16  # of the table, a cell
TABLE_SEED = 11
# Detail of frequency f is whole up to a footprint of 0.2 / f and gone from 0.87 / f on.
FADE_START, FADE_SLOPE = 1.3, 1.5


@cache
def _noise_table(device: str) -> Tensor:
    """Smooth value noise in [-1, 1], tileable, two independent channels: [1, 2, S + 1, S + 1]."""
    lattice = torch.rand(2, PERIOD, PERIOD, generator=torch.Generator().manual_seed(TABLE_SEED)) * 2 - 1
    position = torch.arange(PERIOD * TEXELS + 1) / TEXELS
    cell, fraction = position.long() % PERIOD, position % 1
    smooth = fraction * fraction * (3 - 2 * fraction)
    after = (cell + 1) % PERIOD
    rows = torch.lerp(lattice[:, cell], lattice[:, after], smooth[None, :, None])
    table = torch.lerp(rows[:, :, cell], rows[:, :, after], smooth)
    return table[None].to(device)


def noise(u: Tensor, v: Tensor, channel: int = 0) -> Tensor:
    """Value noise [M] in [-1, 1] with cells of size 1 and period PERIOD."""
    table = _noise_table(str(u.device))[:, channel : channel + 1]
    grid = torch.stack([u % PERIOD, v % PERIOD], -1) * (2 / PERIOD) - 1
    out = torch.nn.functional.grid_sample(table, grid[None, None], padding_mode="border", align_corners=True)
    return out[0, 0, 0]


def fade(footprint: Tensor, frequency: float) -> Tensor:
    """Share [M] of detail of `frequency` cells a world unit that a sample shows."""
    return (FADE_START - FADE_SLOPE * footprint * frequency).clamp(0, 1)


def tint(low: Colour, high: Colour, share: Tensor) -> Tensor:
    """Colours [M, 3] from `low` at share 0 to `high` at share 1, clamped to those."""
    low, high = share.new_tensor(low), share.new_tensor(high)
    return low + (high - low) * share.clamp(0, 1)[:, None]


def line_share(distance: Tensor, half_width: float, footprint: Tensor) -> Tensor:
    """Share [M] of a sample that a line covers, whose middle is `distance` [M] away.

    A thin line keeps its area, so it averages out right.
    """
    blur = 0.5 * footprint
    covered = ((half_width + blur - distance) / (2 * blur.clamp_min(1e-4))).clamp(0, 1)
    return covered * (half_width / (half_width + blur)).clamp(0, 1)


def grid_distance(x: Tensor, z: Tensor, spacing: float) -> Tensor:
    """Distance [M] to the nearest line of a square grid, in world units."""
    across = lambda place: ((place / spacing) % 1 - 0.5).abs().neg() + 0.5
    return torch.minimum(across(x), across(z)) * spacing
