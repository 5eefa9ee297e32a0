"""Light on solids, boards and floors: the radiance that a ray brings home."""

from dataclasses import dataclass

import torch
from torch import Tensor

from training.data.renderer import sdf
from training.data.renderer.floors import FLOOR_MEAN, floor_colour
from training.data.renderer.geometry import KINDS, SceneGeometry
from training.data.renderer.lettering import inked
from training.data.renderer.light import LIGHTS, Colour
from training.data.renderer.sky import sky_colour

BOARD, TORUS = KINDS.index("board"), KINDS.index("torus")


@dataclass(frozen=True, kw_only=True)
class Lettering:
    """Words on things. Room is half width, half height and middle of a word, in the space of the thing."""

    room: dict[str, tuple[float, float, float]]
    least_facing: float = 0.2  # the normal's z where a word still stands: not round the corner
    dark_ink: Colour = (0.015, 0.015, 0.02)
    light_ink: Colour = (0.92, 0.92, 0.90)
    luminance: Colour = (0.21, 0.72, 0.07)  # of the channels
    dark_ink_from: float = 0.22  # luminance of the ground


@dataclass(frozen=True, kw_only=True)
class Diffuse:
    """Shares of the light that falls on a surface from everywhere."""

    sun: float = 0.62
    sky: float = 1.1  # on what faces up
    bounced_sun: float = 0.30  # thrown back by the floor, on what faces down
    bounced_sky: float = 0.4


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Gloom close to the floor, which the thing itself keeps dark."""

    least: float = 0.45  # square of the share of light on the floor itself
    height: float = 0.5  # world units above the floor where it ends
    mirrored_distance: float = 1.2  # where it ends along a mirrored ray


@dataclass(frozen=True, kw_only=True)
class Lobe:
    """A highlight of the sun: strength cos^exponent of the angle of normal and half vector (Blinn 1977)."""

    strength: float
    exponent: float


@dataclass(frozen=True, kw_only=True)
class Metal:
    """A metal is a mirror in its own colour, with a little of the colour itself."""

    diffuse: float = 0.26
    mirror: float = 0.95
    tint_least: float = 0.06  # of a black metal's mirror; of a white one's 1
    fresnel: float = 0.35  # share by which a grazing view whitens the tint
    fresnel_exponent: float = 5  # Schlick 1994
    highlight: float = 0.7
    highlight_white: float = 0.25  # share of the highlight that has no tint
    sharp: Lobe = Lobe(strength=3.2, exponent=90)
    soft: Lobe = Lobe(strength=0.5, exponent=18)


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """What a metal sees of floor and sky."""

    least_down: float = 0.03  # steepness of the flattest ray that is followed to the floor
    footprint: float = 0.10  # of a mirrored sample close by, in world units
    footprint_growth: float = 0.20  # a world unit of distance
    floor_sun: float = 0.8  # share of the sun on the mirrored floor
    horizon_below: float = 0.04  # the floor turns into sky from this direction's y below 0
    horizon_width: float = 0.08
    gloom: float = 0.22  # brightness away from the sun
    glare: float = 1.9  # and how much is added towards it
    glare_exponent: float = 6


@dataclass(frozen=True, kw_only=True)
class Shadow:
    """Shadows between things."""

    lift: float = 0.03  # units of the thing's own space by which a point leaves its surface before light is looked for
    sharper_on_things: float = 1.0  # added to the light's sharpness


@dataclass(frozen=True, kw_only=True)
class Haze:
    """The distance takes on the horizon's colour."""

    distance: float = 60  # world units
    exponent: float = 1.5


LETTERING = Lettering(
    room={
        "cube": (0.62, 0.40, 0.74),
        "sphere": (0.62, 0.36, 0.90),
        "cylinder": (0.52, 0.36, 0.88),
        "board": (0.90, 0.40, sdf.PANEL.middle),
    }
)
DIFFUSE, CONTACT, METAL, MIRROR, SHADOW, HAZE = Diffuse(), Contact(), Metal(), Mirror(), Shadow(), Haze()
MATTE_GLOSS = Lobe(strength=0.03, exponent=14)


def painted_albedo(geometry: SceneGeometry, thing: Tensor, local: Tensor, facing: Tensor) -> tuple[Tensor, Tensor]:
    """Albedo [M, 3] of things [M] with their lettering, and where that lies, bool [M].

    local [M, 3]: points in the space of the thing. facing [M]: the normal's z there.
    """
    albedo, written = geometry.albedo[thing], torch.zeros_like(thing, dtype=torch.bool)
    for index, word in enumerate(geometry.words):
        if word == "none":
            continue
        rows = ((thing == index) & (facing > LETTERING.least_facing)).nonzero()[:, 0]
        half_width, half_height, middle = LETTERING.room[KINDS[geometry.kind[index]]]
        rows = rows[(local[rows, 0].abs() < half_width) & ((local[rows, 1] - middle).abs() < half_height)]
        if len(rows):
            written[rows] = inked(word, local[rows, 0], local[rows, 1] - middle, half_width, half_height)
    bright = (albedo * albedo.new_tensor(LETTERING.luminance)).sum(-1) > LETTERING.dark_ink_from
    ink = torch.where(bright[:, None], albedo.new_tensor(LETTERING.dark_ink), albedo.new_tensor(LETTERING.light_ink))
    return torch.where(written[:, None], ink, albedo), written


def _diffuse(geometry: SceneGeometry, normal: Tensor, lambert: Tensor, openness: Tensor) -> Tensor:
    """Irradiance [M, 3] from sun, sky and floor.

    lambert [M]: cosine of normal and sun, shadows included. openness [M]: share of sky and floor that is seen.
    """
    light = LIGHTS[geometry.time]
    sun, ambient, floor = (normal.new_tensor(c) for c in (light.sun, light.ambient, FLOOR_MEAN[geometry.floor]))
    bounce = floor * (DIFFUSE.bounced_sun * sun + DIFFUSE.bounced_sky * ambient)
    upward = 0.5 + 0.5 * normal[:, 1:2]
    around = ambient * upward * DIFFUSE.sky + bounce * (1 - upward)
    return sun * lambert[:, None] * DIFFUSE.sun + around * openness[:, None]


def _gloom(share: Tensor) -> Tensor:
    """From CONTACT.least at share 0 to 1 at share 1."""
    return CONTACT.least + (1 - CONTACT.least) * share.clamp(0, 1)


def _contact(point: Tensor) -> Tensor:
    return _gloom(point[:, 1] / CONTACT.height).sqrt()


def _mirrored_surroundings(geometry: SceneGeometry, scene: Tensor, point: Tensor, direction: Tensor) -> Tensor:
    """Sky and floor, without its shadows, along directions [M, 3], with glare towards the sun and gloom away from it.

    That contrast is what one knows metal by.
    """
    light, offset = LIGHTS[geometry.time], geometry.texture[scene]
    sky = sky_colour(geometry.time, direction, geometry.moon[scene], offset, disc=False)
    distance = point[:, 1] / (-direction[:, 1]).clamp_min(MIRROR.least_down)
    hit = point + distance[:, None] * direction
    footprint = MIRROR.footprint + MIRROR.footprint_growth * distance
    floor = floor_colour(geometry.floor, hit[:, 0] + offset[:, 0], hit[:, 2] + offset[:, 1], footprint)
    on_floor = sky.new_tensor(light.sun) * geometry.sun[scene, 1:2] * MIRROR.floor_sun + sky.new_tensor(light.ambient)
    # Close to the floor the mirror sees the solid's own contact shadow.
    floor = floor * on_floor * _gloom(distance / CONTACT.mirrored_distance)[:, None]
    above = ((direction[:, 1] + MIRROR.horizon_below) / MIRROR.horizon_width).clamp(0, 1)
    colour = torch.lerp(floor, sky, above[:, None])
    flat = torch.nn.functional.normalize(direction[:, ::2], dim=-1)
    flat_sun = torch.nn.functional.normalize(geometry.sun[scene][:, ::2], dim=-1)
    towards = 0.5 + 0.5 * (flat * flat_sun).sum(-1, keepdim=True)
    return colour * (MIRROR.gloom + MIRROR.glare * towards**MIRROR.glare_exponent)


def _mirrored(geometry: SceneGeometry, scene: Tensor, thing: Tensor, point: Tensor, direction: Tensor) -> Tensor:
    """What a metal surface shows along directions [M, 3]: its surroundings, or another thing."""
    colour = _mirrored_surroundings(geometry, scene, point, direction)
    if geometry.several:
        distance, other = geometry.first_hit(scene, point, direction, but=thing)
        rows = (other >= 0).nonzero()[:, 0]
        if len(rows):
            other, there = other[rows], point[rows] + distance[rows, None] * direction[rows]
            normal = geometry.normal(other, geometry.to_thing(there, other))
            lambert = (normal * geometry.sun[scene[rows]]).sum(-1).clamp_min(0)
            colour[rows] = geometry.albedo[other] * _diffuse(geometry, normal, lambert, _contact(there))
    return colour


def _sun_on_thing(geometry: SceneGeometry, scene: Tensor, thing: Tensor, point: Tensor, normal: Tensor) -> Tensor:
    """Cosine [M] of normal and sun, less the shadows of other things and of a thing's own folds."""
    lambert = (normal * geometry.sun[scene]).sum(-1).clamp_min(0)
    folded = (geometry.kind[thing] == BOARD) | (geometry.kind[thing] == TORUS)  # these can shade themselves
    rows = ((lambert > 0) & (folded | geometry.several)).nonzero()[:, 0]
    if len(rows):
        lifted = point[rows] + SHADOW.lift * geometry.scale[thing[rows], None] * normal[rows]
        sharpness = LIGHTS[geometry.time].sharpness + SHADOW.sharper_on_things
        but = torch.where(folded, -1, thing)[rows]
        lambert[rows] = lambert[rows] * geometry.sunlight(scene[rows], lifted, sharpness, but=but)
    return lambert


def shade_thing(geometry: SceneGeometry, scene: Tensor, thing: Tensor, point: Tensor, view: Tensor) -> Tensor:
    """Radiance [M, 3] of things [M] where rays of direction `view` [M, 3] meet them."""
    sun = point.new_tensor(LIGHTS[geometry.time].sun)
    local = geometry.to_thing(point, thing)
    normal = geometry.normal(thing, local)
    lambert = _sun_on_thing(geometry, scene, thing, point, normal)
    openness = _contact(point)
    if geometry.several:
        openness = openness * geometry.open_sky(scene, point, normal, but=thing)
    diffuse = _diffuse(geometry, normal, lambert, openness)
    albedo, written = painted_albedo(geometry, thing, local, geometry.facing(thing, normal))
    half = torch.nn.functional.normalize(geometry.sun[scene] - view, dim=-1)
    gloss, lit = (normal * half).sum(-1).clamp_min(0), lambert > 0
    colour = albedo * diffuse + MATTE_GLOSS.strength * sun * (gloss**MATTE_GLOSS.exponent * lit)[:, None]

    shiny = ((geometry.metal[thing] > 0) & ~written).nonzero()[:, 0]
    if not len(shiny):
        return colour
    scene, thing, point, view, normal = (values[shiny] for values in (scene, thing, point, view, normal))
    albedo, diffuse, openness = (values[shiny] for values in (albedo, diffuse, openness[:, None]))
    gloss, lit = gloss[shiny, None], lit[shiny, None]
    facing = -(view * normal).sum(-1, keepdim=True)
    mirror = _mirrored(geometry, scene, thing, point, view + 2 * facing * normal)
    fresnel = (1 - facing.clamp(0, 1)) ** METAL.fresnel_exponent
    tint = METAL.tint_least + (1 - METAL.tint_least) * albedo
    tint = tint + (1 - tint) * METAL.fresnel * fresnel
    highlight = sum(lobe.strength * gloss**lobe.exponent for lobe in (METAL.sharp, METAL.soft))
    whitened = METAL.highlight_white + (1 - METAL.highlight_white) * tint
    metal = (
        albedo * diffuse * METAL.diffuse
        + METAL.mirror * tint * mirror * openness
        + whitened * sun * highlight * lit * METAL.highlight
    )
    return colour.index_copy(0, shiny, metal)


def shade_floor(geometry: SceneGeometry, scene: Tensor, point: Tensor, distance: Tensor, footprint: Tensor) -> Tensor:
    """Radiance [M, 3] of the floor at world points [M, 3] on y = 0, `distance` [M] from the eye."""
    light, offset = LIGHTS[geometry.time], geometry.texture[scene]
    sun, ambient, horizon = (point.new_tensor(c) for c in (light.sun, light.ambient, light.horizon))
    albedo = floor_colour(geometry.floor, point[:, 0] + offset[:, 0], point[:, 2] + offset[:, 1], footprint)
    shadow = geometry.sunlight(scene, point, light.sharpness)
    up = point.new_tensor([0.0, 1.0, 0.0]).expand_as(point)
    from_sun = sun * (shadow * geometry.sun[scene, 1])[:, None] * DIFFUSE.sun
    radiance = albedo * (from_sun + ambient * geometry.open_sky(scene, point, up)[:, None])
    haze = 1 - torch.exp(-((distance / HAZE.distance) ** HAZE.exponent))
    return torch.lerp(radiance, horizon.expand_as(albedo), haze[:, None])
