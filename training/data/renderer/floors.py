"""Procedural floors in world space, so that every picture size shows the same scene.

Frequencies are cells of noise (or cycles) a world unit; shares say how much each pattern moves the colour between its
two ends.
"""

import torch
from torch import Tensor

from training.data.renderer.light import Colour
from training.data.renderer.noise import fade, grid_distance, line_share, noise, tint


def _sand(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    dune_frequency, dune_share = 0.9, 0.15
    ripples_along_z, ripples_along_x = 11, 3.0  # radians a world unit
    bend_frequency, bend, bend_by_dunes = 1.3, 2.2, 1.2  # radians
    ripple_frequency, ripple_share = 3.0, 0.16
    grain_frequency, grain_share = 70, 0.22
    dunes = noise(x * dune_frequency, z * dune_frequency)
    bent = bend * noise(x * bend_frequency, z * bend_frequency, 1)
    phase = ripples_along_z * z + ripples_along_x * x + bent + bend_by_dunes * dunes
    ripples = torch.sin(phase) * fade(footprint, ripple_frequency)
    grain = noise(x * grain_frequency, z * grain_frequency) * fade(footprint, grain_frequency)
    trough, crest = (0.43, 0.29, 0.14), (0.90, 0.70, 0.43)
    return tint(trough, crest, 0.5 + ripple_share * ripples + dune_share * dunes + grain_share * grain)


def _grass(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    # Blades stand up and so look stretched away from the camera; they lean with a slow noise.
    patch_frequency, patch_share = 1.1, 0.14
    lean_frequency, lean = 1.7, 0.10  # world units sideways
    blade_frequency, blade_depth, blade_share = 24, 8, 0.30
    fine_frequency, fine_depth, fine_share = 64, 20, 0.30
    patches = noise(x * patch_frequency, z * patch_frequency)
    leant = x + lean * noise(x * lean_frequency, z * lean_frequency, 1)
    blades = noise(leant * blade_frequency, z * blade_depth) * fade(footprint, blade_frequency)
    fine = noise(leant * fine_frequency, z * fine_depth, 1) * fade(footprint, fine_frequency)
    shade, light = (0.015, 0.055, 0.008), (0.25, 0.36, 0.055)
    return tint(shade, light, 0.45 + patch_share * patches + blade_share * blades + fine_share * fine)


def _wood(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    plank_width = 0.62
    plank = torch.floor(z / plank_width)
    inside = z / plank_width - plank
    # Each plank has its own place in the noise, far from its neighbours'.
    plank_shade_share = 0.30
    plank_shade = noise(plank * 7.31 + 0.37, plank * 3.17 + 0.61)
    grain_length, grain_frequency, grain_share = 1.4, 16, 0.28
    grain = noise(x * grain_length + plank * 5.3, z * grain_frequency, 1) * fade(footprint, grain_frequency)
    fibre_length, fibre_frequency, fibre_share = 5, 75, 0.16
    fibre = noise(x * fibre_length + plank * 9.1, z * fibre_frequency) * fade(footprint, fibre_frequency)
    dark_wood, light_wood = (0.10, 0.038, 0.014), (0.46, 0.22, 0.085)
    share = 0.5 + plank_shade_share * plank_shade + grain_share * grain + fibre_share * fibre
    colour = tint(dark_wood, light_wood, share)
    # The groove keeps its area when it is thinner than a sample, so its darkness averages out right.
    groove_half_width, groove_darkness, least_blur = 0.014, 0.85, 0.006
    groove_distance = torch.minimum(inside, 1 - inside) * plank_width
    blur = footprint.clamp_min(least_blur)
    reach = groove_half_width + blur
    groove = (1 - groove_distance / reach).clamp(0, 1) * (2 * groove_half_width) / reach
    return colour * (1 - groove_darkness * groove.clamp(0, 1))[:, None]


def _tiles(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    side, shade_share = 0.62, 0.25
    joint_half_width, joint_colour = 0.014, (0.42, 0.41, 0.39)
    column, row = torch.floor(x / side), torch.floor(z / side)
    dark = (column + row) % 2
    # The chequer fades to its mean where a tile is no wider than a sample.
    shown = fade(footprint, 2.4 / side)
    dark = torch.lerp(torch.full_like(dark, 0.5), dark, shown)
    # Each tile has its own place in the noise, far from its neighbours'.
    shade = noise(column * 5.17 + 0.3, row * 3.71 + 0.7) * shade_share
    light_tile, dark_tile = (0.80, 0.78, 0.72), (0.13, 0.25, 0.31)
    colour = tint(light_tile, dark_tile, dark + shade * shown)
    joint = line_share(grid_distance(x, z, side), joint_half_width, footprint)
    return torch.lerp(colour, colour.new_tensor(joint_colour).expand_as(colour), joint[:, None])


def _snow(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    drift_share, small_drifts = 0.30, 0.5
    drifts = noise(x * 0.7, z * 1.1) + small_drifts * noise(x * 1.9, z * 2.6, 1)
    crust_frequency, crust_share = 26, 0.10
    crust = noise(x * crust_frequency, z * crust_frequency) * fade(footprint, crust_frequency)
    glitter_frequency, glitter_from, glitter_gain = 80, 0.72, 2.5
    peaks = (noise(x * glitter_frequency, z * glitter_frequency, 1) - glitter_from).clamp_min(0)
    glitter = peaks * glitter_gain * fade(footprint, glitter_frequency)
    blue_shade, white = (0.62, 0.72, 0.90), (0.98, 0.98, 1.00)
    return tint(blue_shade, white, 0.62 + drift_share * drifts + crust_share * crust + glitter)


def _concrete(x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    stain_frequency, small_stain_frequency, small_stains, stain_share = 0.8, 2.7, 0.6, 0.22
    stains = noise(x * stain_frequency, z * stain_frequency)
    stains = stains + small_stains * noise(x * small_stain_frequency, z * small_stain_frequency, 1)
    coarse, fine, fine_grain, grain_share = 34, 85, 0.8, 0.22
    grain = noise(x * coarse, z * coarse) * fade(footprint, coarse)
    grain = grain + fine_grain * noise(x * fine, z * fine, 1) * fade(footprint, fine)
    dark, light = (0.12, 0.12, 0.125), (0.40, 0.40, 0.395)
    colour = tint(dark, light, 0.5 + stain_share * stains + grain_share * grain)
    slab_side, joint_half_width, joint_darkness = 2.4, 0.020, 0.75
    joint = line_share(grid_distance(x, z, slab_side), joint_half_width, footprint)
    return colour * (1 - joint_darkness * joint)[:, None]


_FLOORS = {"sand": _sand, "grass": _grass, "wood": _wood, "tiles": _tiles, "snow": _snow, "concrete": _concrete}
# What a floor looks like on average: the colour of the light that it throws back at things.
FLOOR_MEAN: dict[str, Colour] = {
    "sand": (0.66, 0.50, 0.28),
    "grass": (0.12, 0.19, 0.03),
    "wood": (0.28, 0.13, 0.05),
    "tiles": (0.45, 0.50, 0.50),
    "snow": (0.85, 0.88, 0.96),
    "concrete": (0.26, 0.26, 0.26),
}


def floor_colour(floor: str, x: Tensor, z: Tensor, footprint: Tensor) -> Tensor:
    """Albedo [M, 3] of a floor at world positions x, z [M]; `footprint` [M] is the width of a sample there."""
    return _FLOORS[floor](x, z, footprint)
