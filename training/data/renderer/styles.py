"""What is no photograph: ink and wash on paper, and pixel art. Colours are display values in [0, 1] (sRGB)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from training.data.renderer.floors import floor_colour
from training.data.renderer.geometry import SceneGeometry
from training.data.renderer.light import Colour
from training.data.renderer.shading import BOARD, painted_albedo
from training.data.renderer.sky import cloud_bank, sky_colour, sky_place


@dataclass(frozen=True)
class Sheet:
    """What a drawing is drawn on, and with."""

    paper: Colour
    ink: Colour


@dataclass(frozen=True, kw_only=True)
class Outlines:
    """Lines where a ray's neighbours meet another thing, or a surface that turns away."""

    half_width: float = 0.0062  # share of the frame
    # Where the neighbours lie, in half widths.
    around: tuple[tuple[float, float], ...] = ((0.75, 0.65), (-0.65, 0.75), (-0.75, -0.65), (0.65, -0.75))
    edge: float = 0.80  # cosine of two neighbours' normals below which an edge lies between them


@dataclass(frozen=True, kw_only=True)
class Hatching:
    """Parallel strokes aslant over the frame, which is 2 wide here."""

    spacing: float = 0.022
    on_things: float = 0.34  # share of the spacing that a stroke fills
    on_floor: float = 0.36  # of each of the two directions
    ink_on_things: float = 0.65  # share of the ink in a stroke's colour
    ink_on_floor: float = 0.60
    dark: float = 0.12  # cosine of normal and sun below which a thing is hatched
    shadow: float = 0.5  # share of the sun's light below which the floor is hatched
    sharpness: float = 40.0  # of shadows


@dataclass(frozen=True, kw_only=True)
class Wash:
    """Flat, pale colour."""

    gain_of_things: float = 1.3  # of albedo, before it is displayed
    gain_of_floor: float = 1.2
    things: float = 0.82  # share of the colour beside the paper's
    floor: float = 0.55
    floor_at_night: float = 0.40


@dataclass(frozen=True, kw_only=True)
class DrawnMetal:
    """Hard-edged reflections, by the y of a mirrored direction and its cosine with the sun's."""

    sun: float = 0.86  # bright from this cosine on
    horizon: float = 0.16  # bright from the horizon up to this y
    ground: float = -0.25  # dark below this y
    brightness: float = 0.80  # share of white where bright
    darkness: float = 0.62  # factor where dark


@dataclass(frozen=True, kw_only=True)
class DrawnSky:
    """Nearly all paper."""

    night_light: float = 0.16  # mean radiance from which moon and stars are inked
    low_sun_radius: float = 0.035  # in u and v, on the horizon
    low_sun: Colour = (0.93, 0.36, 0.16)
    cloud_from: float = 0.35  # a cloud is a band of the noise between two values
    cloud_to: float = 0.62
    cloud: Colour = (0.78, 0.87, 0.95)


@dataclass(frozen=True, kw_only=True)
class PixelArt:
    """Large cells in few, vivid colours."""

    cells: int = 32  # a side of the frame
    levels: int = 8  # of each colour channel
    saturation: float = 1.35
    contrast: float = 1.15


SHEETS = {
    "day": Sheet((0.97, 0.96, 0.92), (0.10, 0.09, 0.12)),
    "sunset": Sheet((0.99, 0.83, 0.64), (0.22, 0.08, 0.08)),
    "night": Sheet((0.13, 0.16, 0.29), (0.90, 0.92, 0.98)),
}
OUTLINES, HATCHING, WASH, METAL, SKY = Outlines(), Hatching(), Wash(), DrawnMetal(), DrawnSky()
PIXEL_ART = PixelArt()


def display(linear: Tensor) -> Tensor:
    """Linear light to display values in [0, 1]: a smooth limit at 1, then the sRGB curve (IEC 61966-2-1)."""
    limited = linear.clamp_min(0)
    limited = limited / (1 + limited**3) ** (1 / 3)
    curve = 1.055 * limited.clamp_min(1e-8) ** (1 / 2.4) - 0.055
    return torch.where(limited < 0.0031308, 12.92 * limited, curve)


def _stripes(across: Tensor, share: float) -> Tensor:
    return (across / HATCHING.spacing) % 1 < share


def wash_thing(
    geometry: SceneGeometry, scene: Tensor, thing: Tensor, point: Tensor, normal: Tensor, view: Tensor, frame: Tensor
) -> Tensor:
    """Display colours [M, 3] of things: flat colour, hatched where dark.

    Metal has hard-edged reflections. frame [M, 2] is where in the frame.
    """
    sheet, sun = SHEETS[geometry.time], geometry.sun[scene]
    albedo, written = painted_albedo(geometry, thing, geometry.to_thing(point, thing), geometry.facing(thing, normal))
    paper, ink = (point.new_tensor(colour).expand_as(albedo) for colour in (sheet.paper, sheet.ink))
    flat = torch.lerp(paper, display(albedo * WASH.gain_of_things), WASH.things)
    shiny = (geometry.metal[thing] > 0) & ~written
    mirror = view - 2 * (view * normal).sum(-1, keepdim=True) * normal
    up = mirror[:, 1]
    bright = ((mirror * sun).sum(-1) > METAL.sun) | ((up > 0.0) & (up < METAL.horizon))
    lightened = torch.lerp(flat, torch.ones_like(flat), METAL.brightness)
    flat = torch.where((shiny & bright)[:, None], lightened, flat)
    flat = torch.where((shiny & (up < METAL.ground))[:, None], flat * METAL.darkness, flat)
    dark = (normal * sun).sum(-1) < HATCHING.dark
    strokes = _stripes(frame[:, 0] + frame[:, 1], HATCHING.on_things)
    hatched = dark & strokes & ~written & ~shiny & (geometry.kind[thing] != BOARD)
    return torch.where(hatched[:, None], torch.lerp(flat, ink, HATCHING.ink_on_things), flat)


def wash_floor(geometry: SceneGeometry, scene: Tensor, point: Tensor, footprint: Tensor, frame: Tensor) -> Tensor:
    """Display colours [M, 3] of the floor: a pale wash of its texture, cast shadows cross-hatched."""
    sheet, offset = SHEETS[geometry.time], geometry.texture[scene]
    texture = floor_colour(geometry.floor, point[:, 0] + offset[:, 0], point[:, 2] + offset[:, 1], footprint)
    paper, ink = (point.new_tensor(colour).expand_as(texture) for colour in (sheet.paper, sheet.ink))
    share = WASH.floor_at_night if geometry.time == "night" else WASH.floor
    flat = torch.lerp(paper, display(texture * WASH.gain_of_floor), share)
    falling, rising = frame[:, 0] + frame[:, 1], frame[:, 0] - frame[:, 1]
    strokes = _stripes(falling, HATCHING.on_floor) | _stripes(rising, HATCHING.on_floor)
    shadow = geometry.sunlight(scene, point, HATCHING.sharpness) < HATCHING.shadow
    hatched = shadow & strokes
    return torch.where(hatched[:, None], torch.lerp(flat, ink, HATCHING.ink_on_floor), flat)


def wash_sky(geometry: SceneGeometry, scene: Tensor, view: Tensor) -> Tensor:
    """Display colours [M, 3] of the sky: paper; by day clouds, at night moon and stars, at sunset a low sun."""
    sheet, moon, offset = SHEETS[geometry.time], geometry.moon[scene], geometry.texture[scene]
    u, v = sky_place(view)
    if geometry.time == "night":
        radiance = sky_colour("night", view, moon, offset)
        drawn, colour = radiance.mean(-1) > SKY.night_light, sheet.ink
    elif geometry.time == "sunset":
        drawn, colour = torch.hypot(u - moon[:, 0], v) < SKY.low_sun_radius, SKY.low_sun
    else:
        bank = cloud_bank(u, v, offset)
        drawn, colour = (bank > SKY.cloud_from) & (bank < SKY.cloud_to), SKY.cloud
    colour, paper = (view.new_tensor(of).expand_as(view) for of in (colour, sheet.paper))
    return torch.where(drawn[:, None], colour, paper)


def pixelated(frames: Tensor) -> Tensor:
    """Photographs [N, 3, cells, cells], made vivid, in the few levels of pixel art."""
    grey, steps = frames.mean(1, keepdim=True), PIXEL_ART.levels - 1
    saturated = grey + PIXEL_ART.saturation * (frames - grey)
    vivid = ((saturated - 0.5) * PIXEL_ART.contrast + 0.5).clamp(0, 1)
    return (vivid * steps).round() / steps
