"""The sky: a gradient, by day and at sunset with clouds, at night with stars and a moon.

Places in the sky are u = x / -z and v = y / -z of a direction, the tangents to the right and up.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from training.data.renderer.light import LIGHTS, Colour
from training.data.renderer.noise import noise, tint

HORIZON_FALL = 9  # how fast the horizon's colour gives way to the zenith's
LEAST_AHEAD = 0.05  # directions that point further aside are treated as if they pointed ahead by this


@dataclass(frozen=True)
class Clouds:
    """Banks of noise, wide and low, with finer ones on them."""

    wide: tuple[float, float] = (9, 38)  # cells a unit of u and v
    fine: tuple[float, float] = (21, 90)
    fine_share: float = 0.5
    gain: float = 0.8
    threshold: float = 0.15
    rise: float = 25  # how fast they set in above the horizon


@dataclass(frozen=True)
class Stars:
    """At most one in a cell of a grid."""

    cells: float = 45  # a unit of u and v
    sharpness: float = 160  # of a star's disc, in cells
    threshold: float = 0.25  # of the noise that decides which cells have one
    gain: float = 3


@dataclass(frozen=True)
class Moon:
    """A disc with a halo."""

    radius: float = 0.019  # in u and v
    edge: float = 0.002  # width over which the disc ends
    colour: Colour = (0.95, 0.93, 0.82)
    halo: float = 0.12  # radiance at its middle
    halo_fall: float = 30
    halo_rise: float = 60  # how fast it sets in above the horizon


CLOUDS, STARS, MOON = Clouds(), Stars(), Moon()


def sky_place(direction: Tensor) -> tuple[Tensor, Tensor]:
    """u and v [M] of directions [M, 3]."""
    ahead = (-direction[:, 2]).clamp_min(LEAST_AHEAD)
    return direction[:, 0] / ahead, direction[:, 1] / ahead


def cloud_bank(u: Tensor, v: Tensor, offset: Tensor) -> Tensor:
    """The wide noise [M] of which clouds are made; offset [M, 2] is the scene's own place in it."""
    return noise(u * CLOUDS.wide[0] + offset[:, 0], v * CLOUDS.wide[1])


def _cloud_share(u: Tensor, v: Tensor, up: Tensor, offset: Tensor) -> Tensor:
    fine = noise(u * CLOUDS.fine[0] + offset[:, 1], v * CLOUDS.fine[1], 1)
    bank = cloud_bank(u, v, offset) + CLOUDS.fine_share * fine
    return (bank * CLOUDS.gain - CLOUDS.threshold).clamp(0, 1) * (up * CLOUDS.rise).clamp(0, 1)


def _starlight(u: Tensor, v: Tensor, offset: Tensor) -> Tensor:
    """Radiance [M] of the stars: which cells have one, and where in the cell, are places of the noise far apart."""
    u, v = u * STARS.cells, v * STARS.cells
    column, row = torch.floor(u), torch.floor(v)
    shift_u, shift_v = offset[:, 0].floor(), offset[:, 1].floor()
    star_u = 0.5 + 0.4 * noise(column * 7.3 + shift_u, row * 3.9)
    star_v = 0.5 + 0.4 * noise(column * 5.1 + 0.5, row * 9.7 + shift_v, 1)
    lit = noise(column * 3.7 + shift_v, row * 8.3 + 0.5).clamp_min(0)
    distance = (u - column - star_u) ** 2 + (v - row - star_v) ** 2
    return torch.exp(-distance * STARS.sharpness) * (lit - STARS.threshold).clamp_min(0) * STARS.gain


def sky_colour(time: str, direction: Tensor, moon: Tensor, offset: Tensor, disc: bool = True) -> Tensor:
    """Radiance [M, 3] of the sky along unit directions [M, 3]; moon [M, 2] is its place in u and v.

    disc: with what is in the sky; without, the gradient alone.
    """
    light = LIGHTS[time]
    up = direction[:, 1].clamp_min(0)
    colour = tint(light.horizon, light.zenith, 1 - torch.exp(-HORIZON_FALL * up))
    if not disc:
        return colour
    u, v = sky_place(direction)
    if light.cloud_cover:
        cover = _cloud_share(u, v, up, offset) * light.cloud_cover
        return torch.lerp(colour, colour.new_tensor(light.cloud).expand_as(colour), cover[:, None])
    away = torch.hypot(u - moon[:, 0], v - moon[:, 1])
    halo = MOON.halo * torch.exp(-away * MOON.halo_fall) * (v * MOON.halo_rise).clamp(0, 1)
    disc_share = ((MOON.radius - away) / MOON.edge).clamp(0, 1)
    colour = colour + (_starlight(u, v, offset) + halo)[:, None]
    return torch.lerp(colour, colour.new_tensor(MOON.colour).expand_as(colour), disc_share[:, None])
