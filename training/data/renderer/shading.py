"""Light on solids, boards and floors: the radiance that a ray brings home."""

import torch
from torch import Tensor

from training.data.renderer import sdf, textures
from training.data.renderer.geometry import KINDS, SceneGeometry
from training.data.renderer.lettering import inked

SHADOW_SHARPNESS = {"day": 11.0, "sunset": 8.0, "night": 7.0}
BOARD = KINDS.index("board")
# Half width, half height and middle of the lettering, in the space of the thing.
ROOM = {
    "cube": (0.62, 0.40, 0.74),
    "sphere": (0.62, 0.36, 0.90),
    "cylinder": (0.52, 0.36, 0.88),
    "board": (0.90, 0.40, sdf.PANEL[0]),
}
INK_DARK, INK_LIGHT = (0.015, 0.015, 0.02), (0.92, 0.92, 0.90)


def painted_albedo(geometry: SceneGeometry, o: Tensor, local: Tensor, facing: Tensor) -> tuple[Tensor, Tensor]:
    """Albedo [M, 3] of things o [M] with their lettering, and where that lies (bool [M]).

    Facing [M]: the normal's own z.
    """
    albedo, written = geometry.albedo[o], torch.zeros_like(o, dtype=torch.bool)
    for index, word in enumerate(geometry.words):
        if word == "none":
            continue
        rows = ((o == index) & (facing > 0.2)).nonzero()[:, 0]
        width, height, middle = ROOM[KINDS[geometry.kind[index]]]
        rows = rows[(local[rows, 0].abs() < width) & ((local[rows, 1] - middle).abs() < height)]
        if len(rows):
            written[rows] = inked(word, local[rows, 0], local[rows, 1] - middle, width, height)
    dark = (geometry.albedo[o] * albedo.new_tensor([0.21, 0.72, 0.07])).sum(-1) > 0.22
    ink = torch.where(dark[:, None], albedo.new_tensor(INK_DARK), albedo.new_tensor(INK_LIGHT))
    return torch.where(written[:, None], ink, albedo), written


def _diffuse(geometry: SceneGeometry, b: Tensor, point: Tensor, normal: Tensor, lambert: Tensor, sky: Tensor) -> Tensor:
    """Irradiance [M, 3] from sun, sky and floor."""
    sun, ambient, *_ = (point.new_tensor(c) for c in textures.LIGHT[geometry.time])
    bounce = point.new_tensor(textures.FLOOR_MEAN[geometry.floor]) * (0.30 * sun + 0.4 * ambient)
    share = 0.5 + 0.5 * normal[:, 1:2]
    return sun * lambert[:, None] * 0.62 + (ambient * share * 1.1 + bounce * (1 - share)) * sky[:, None]


def _contact(point: Tensor) -> Tensor:
    return (0.45 + 0.55 * (point[:, 1] / 0.5).clamp(0, 1)).sqrt()


def _mirrored(geometry: SceneGeometry, b: Tensor, o: Tensor, point: Tensor, direction: Tensor) -> Tensor:
    """What a metal surface shows: the sky, the floor without its shadow, or another thing."""
    sun, ambient, *_ = textures.LIGHT[geometry.time]
    sky = textures.sky_colour(geometry.time, direction, geometry.moon[b], geometry.texture[b], disc=False)
    t = point[:, 1] / (-direction[:, 1]).clamp_min(0.03)
    hit = point + t[:, None] * direction
    floor = textures.floor_colour(
        geometry.floor, hit[:, 0] + geometry.texture[b, 0], hit[:, 2] + geometry.texture[b, 1], 0.10 + 0.20 * t
    )
    light = sky.new_tensor(sun) * geometry.sun[b, 1:2] * 0.8 + sky.new_tensor(ambient)
    # Close to the floor the mirror sees the solid's own contact shadow.
    floor = floor * light * (0.45 + 0.55 * (t / 1.2).clamp(0, 1))[:, None]
    out = torch.lerp(floor, sky, ((direction[:, 1] + 0.04) / 0.08).clamp(0, 1)[:, None])
    # Glare towards the sun and gloom away from it: the contrast by which one knows metal.
    flat = torch.nn.functional.normalize(direction[:, ::2], dim=-1)
    sun_flat = torch.nn.functional.normalize(geometry.sun[b][:, ::2], dim=-1)
    towards = 0.5 + 0.5 * (flat * sun_flat).sum(-1, keepdim=True)
    out = out * (0.22 + 1.9 * towards**6)
    if geometry.things.shape[1] > 1:
        distance, other = geometry.first_hit(b, point, direction, but=o)
        rows = (other >= 0).nonzero()[:, 0]
        if len(rows):
            there = point[rows] + distance[rows, None] * direction[rows]
            normal = geometry.normal(other[rows], geometry.to_thing(there, other[rows]))
            lambert = (normal * geometry.sun[b[rows]]).sum(-1).clamp_min(0)
            out[rows] = geometry.albedo[other[rows]] * _diffuse(
                geometry, b[rows], there, normal, lambert, _contact(there)
            )
    return out


def shade_thing(geometry: SceneGeometry, b: Tensor, o: Tensor, point: Tensor, view: Tensor) -> Tensor:
    """Radiance [M, 3] of things o [M] where rays of direction `view` meet them."""
    sun = point.new_tensor(textures.LIGHT[geometry.time][0])
    local = geometry.to_thing(point, o)
    n = geometry.normal(o, local)
    light = geometry.sun[b]
    lambert = (n * light).sum(-1).clamp_min(0)
    # A board and a torus can shade themselves.
    folded = (geometry.kind[o] == BOARD) | (geometry.kind[o] == KINDS.index("torus"))
    alone = torch.where(folded, -1, o)
    lit = lambert > 0
    several = geometry.things.shape[1] > 1
    rows = (lit & (folded | several)).nonzero()[:, 0]
    if len(rows):
        lifted = point[rows] + 0.03 * geometry.scale[o[rows], None] * n[rows]
        lambert[rows] = lambert[rows] * geometry.sunlight(
            b[rows], lifted, SHADOW_SHARPNESS[geometry.time] + 1, but=alone[rows]
        )
    contact = _contact(point)
    if several:
        contact = contact * geometry.open_sky(b, point, n, but=o)
    diffuse = _diffuse(geometry, b, point, n, lambert, contact)
    front = n[:, 2] * geometry.cos[o] + n[:, 0] * geometry.sin[o]
    albedo, written = painted_albedo(geometry, o, local, front)
    half = torch.nn.functional.normalize(light - view, dim=-1)
    gloss = (n * half).sum(-1).clamp_min(0)
    out = albedo * diffuse + 0.03 * sun * (gloss**14 * (lambert > 0))[:, None]
    shiny = ((geometry.metal[o] > 0) & ~written).nonzero()[:, 0]
    if len(shiny):
        v, ns, bs = view[shiny], n[shiny], b[shiny]
        facing = -(v * ns).sum(-1, keepdim=True)
        mirror = _mirrored(geometry, bs, o[shiny], point[shiny], v + 2 * facing * ns)
        fresnel = (1 - facing.clamp(0, 1)) ** 5
        tint = 0.06 + 0.94 * albedo[shiny]
        tint = tint + (1 - tint) * 0.35 * fresnel
        highlight = 3.2 * gloss[shiny, None] ** 90 + 0.5 * gloss[shiny, None] ** 18
        out = out.index_copy(
            0,
            shiny,
            albedo[shiny] * diffuse[shiny] * 0.26
            + 0.95 * tint * mirror * contact[shiny, None]
            + (0.25 + 0.75 * tint) * sun * highlight * (lambert[shiny, None] > 0) * 0.7,
        )
    return out


def shade_floor(geometry: SceneGeometry, b: Tensor, point: Tensor, distance: Tensor, footprint: Tensor) -> Tensor:
    """Radiance [M, 3] of the floor at world points [M, 3] on y = 0."""
    sun, ambient, horizon = (point.new_tensor(c) for c in textures.LIGHT[geometry.time][:3])
    albedo = textures.floor_colour(
        geometry.floor, point[:, 0] + geometry.texture[b, 0], point[:, 2] + geometry.texture[b, 1], footprint
    )
    shadow = geometry.sunlight(b, point, SHADOW_SHARPNESS[geometry.time])
    up = point.new_tensor([0.0, 1.0, 0.0]).expand_as(point)
    light = sun * (shadow * geometry.sun[b, 1])[:, None] * 0.62 + ambient * geometry.open_sky(b, point, up)[:, None]
    haze = 1 - torch.exp(-((distance / 60) ** 1.5))
    return torch.lerp(albedo * light, horizon.expand_as(albedo), haze[:, None])
