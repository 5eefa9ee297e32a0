"""Renders scenes: pictures of any size up to 1024, or crops of them without the rest of the frame."""

import math
from collections import defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor

from . import sdf, textures
from .attributes import Scene

EYE = (0.0, 2.32, 6.5)
TARGET = (0.0, 0.97, 0.0)
HALF_FRAME = 0.28  # tangent of half the field of view
SCALE = {"small": 0.60, "large": 1.10}
ALBEDO = {
    "red": (0.68, 0.012, 0.018), "orange": (0.90, 0.22, 0.008), "yellow": (0.92, 0.70, 0.015),
    "green": (0.012, 0.42, 0.07), "blue": (0.012, 0.09, 0.72), "purple": (0.27, 0.025, 0.50),
    "black": (0.012, 0.012, 0.014), "white": (0.88, 0.88, 0.88),
}
SHADOW_SHARPNESS = {"day": 11.0, "sunset": 8.0, "night": 7.0}
RAYS_AT_ONCE = 400_000  # keeps the temporaries of one step within some tens of megabytes


def _camera_axes() -> Tensor:
    forward = torch.nn.functional.normalize(torch.tensor(TARGET) - torch.tensor(EYE), dim=0)
    right = torch.tensor([1.0, 0.0, 0.0])
    return torch.stack([right, torch.linalg.cross(right, forward), forward])


def camera_rays(size: int, crop: Tensor, width: int, height: int, supersample: int) -> Tensor:
    """Unit directions [B, rays, 3] through the samples of crops [B, 4] (x, y, w, h pixels of the frame)."""
    s = supersample
    column = (torch.arange(width * s, device=crop.device) + 0.5) / s
    row = (torch.arange(height * s, device=crop.device) + 0.5) / s
    u = (2 * (crop[:, :1] + column) / size - 1) * HALF_FRAME
    v = (1 - 2 * (crop[:, 1:2] + row) / size) * HALF_FRAME
    plane = torch.stack(
        [u[:, None, :].expand(-1, len(row), -1), v[:, :, None].expand(-1, -1, len(column)),
         torch.ones(len(crop), len(row), len(column), device=crop.device)], -1)
    rays = plane.flatten(1, 2) @ _camera_axes().to(crop.device)
    return torch.nn.functional.normalize(rays, dim=-1)


def _display(linear: Tensor) -> Tensor:
    """Linear light to display values in [0, 1]: a smooth limit at 1, then the sRGB curve."""
    x = linear.clamp_min(0)
    x = x / (1 + x**3) ** (1 / 3)
    return torch.where(x < 0.0031308, 12.92 * x, 1.055 * x.clamp_min(1e-8) ** (1 / 2.4) - 0.055)


def _rotate(vectors: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """World to solid: turns vectors [M, 3] by -yaw about the vertical."""
    x, y, z = vectors.unbind(-1)
    return torch.stack([cos * x - sin * z, y, sin * x + cos * z], -1)


class _Batch:
    """Scenes alike in kind of solid, floor and time, as tensors with one row a scene."""

    def __init__(self, scenes: Sequence[Scene], device):
        def column(values):
            return torch.tensor(list(values), dtype=torch.float32, device=device)

        solids = [scene.solids[0] for scene in scenes]
        self.kind, self.floor, self.time = solids[0].kind, scenes[0].floor, scenes[0].time
        self.albedo = column(ALBEDO[s.colour] for s in solids)
        self.metal = column(s.material == "metal" for s in solids)
        self.scale = column(SCALE[s.size] for s in solids)
        self.place = column((s.x, 0.0, s.z) for s in solids)
        yaw = column(s.yaw for s in solids)
        self.cos, self.sin = yaw.cos(), yaw.sin()
        self.texture = column(scene.texture for scene in scenes)
        self.moon = column(scene.moon for scene in scenes)
        azimuth, up = column(scene.sun_azimuth for scene in scenes), textures.SUN_ELEVATION[self.time]
        self.sun = torch.stack(
            [azimuth.sin() * math.cos(up), torch.full_like(azimuth, math.sin(up)), azimuth.cos() * math.cos(up)], -1)

    def to_solid(self, points: Tensor, b: Tensor) -> Tensor:
        return _rotate((points - self.place[b]) / self.scale[b, None], self.cos[b], self.sin[b])


def _environment(batch: _Batch, b: Tensor, point: Tensor, direction: Tensor) -> Tensor:
    """What a metal surface mirrors: the sky, or the floor without its shadow."""
    sun, ambient, *_ = textures.LIGHT[batch.time]
    sky = textures.sky_colour(batch.time, direction, batch.moon[b], batch.texture[b], disc=False)
    t = point[:, 1] / (-direction[:, 1]).clamp_min(0.03)
    hit = point + t[:, None] * direction
    floor = textures.floor_colour(
        batch.floor, hit[:, 0] + batch.texture[b, 0], hit[:, 2] + batch.texture[b, 1], 0.10 + 0.20 * t)
    light = sky.new_tensor(sun) * batch.sun[b, 1:2] * 0.8 + sky.new_tensor(ambient)
    # Close to the floor the mirror sees the solid's own contact shadow.
    floor = floor * light * (0.45 + 0.55 * (t / 1.2).clamp(0, 1))[:, None]
    out = torch.lerp(floor, sky, ((direction[:, 1] + 0.04) / 0.08).clamp(0, 1)[:, None])
    # Glare towards the sun and gloom away from it: the contrast by which one knows metal.
    flat = torch.nn.functional.normalize(direction[:, ::2], dim=-1)
    sun_flat = torch.nn.functional.normalize(batch.sun[b][:, ::2], dim=-1)
    towards = 0.5 + 0.5 * (flat * sun_flat).sum(-1, keepdim=True)
    return out * (0.22 + 1.9 * towards**6)


def _shade_solid(batch: _Batch, b: Tensor, local: Tensor, point: Tensor, view: Tensor) -> Tensor:
    """Radiance [M, 3] of the solid where rays of direction `view` meet it."""
    sun, ambient, *_ = (point.new_tensor(c) for c in textures.LIGHT[batch.time])
    n_local = sdf.normal(batch.kind, local)
    n = _rotate(n_local, batch.cos[b], -batch.sin[b])
    light = batch.sun[b]
    lambert = (n * light).sum(-1).clamp_min(0)
    if batch.kind == "torus":  # the only solid that can shade itself
        towards = _rotate(light, batch.cos[b], batch.sin[b])
        lambert = lambert * sdf.soft_shadow(batch.kind, local + 0.03 * n_local, towards, 12.0)
    contact = (0.45 + 0.55 * (point[:, 1] / 0.5).clamp(0, 1)).sqrt()
    bounce = point.new_tensor(textures.FLOOR_MEAN[batch.floor]) * (0.30 * sun + 0.4 * ambient)
    sky_share = (0.5 + 0.5 * n[:, 1:2])
    diffuse = sun * lambert[:, None] * 0.62 + (ambient * sky_share * 1.1 + bounce * (1 - sky_share)) * contact[:, None]
    albedo, metal = batch.albedo[b], batch.metal[b, None]
    half = torch.nn.functional.normalize(light - view, dim=-1)
    gloss = (n * half).sum(-1).clamp_min(0)
    matte = albedo * diffuse + 0.03 * sun * (gloss**14 * (lambert > 0))[:, None]
    out = matte
    shiny = (metal[:, 0] > 0).nonzero()[:, 0]
    if len(shiny):
        v, ns, bs = view[shiny], n[shiny], b[shiny]
        facing = -(v * ns).sum(-1, keepdim=True)
        mirror = _environment(batch, bs, point[shiny], v + 2 * facing * ns)
        fresnel = (1 - facing.clamp(0, 1)) ** 5
        tint = 0.06 + 0.94 * albedo[shiny]
        tint = tint + (1 - tint) * 0.35 * fresnel
        highlight = 3.2 * gloss[shiny, None] ** 90 + 0.5 * gloss[shiny, None] ** 18
        lit = (lambert[shiny, None] > 0).float()
        out = out.index_copy(
            0, shiny,
            albedo[shiny] * diffuse[shiny] * 0.26 + 0.95 * tint * mirror * contact[shiny, None]
            + (0.25 + 0.75 * tint) * sun * highlight * lit * 0.7)
    return out


def _shade_floor(batch: _Batch, b: Tensor, point: Tensor, distance: Tensor, view: Tensor, footprint: Tensor) -> Tensor:
    """Radiance [M, 3] of the floor at world points [M, 3] on y = 0."""
    sun, ambient, horizon = (point.new_tensor(c) for c in textures.LIGHT[batch.time][:3])
    albedo = textures.floor_colour(
        batch.floor, point[:, 0] + batch.texture[b, 0], point[:, 2] + batch.texture[b, 1], footprint)
    local = batch.to_solid(point, b)
    towards = _rotate(batch.sun[b], batch.cos[b], batch.sin[b])
    shadow = sdf.soft_shadow(batch.kind, local, towards, SHADOW_SHARPNESS[batch.time])
    near = (local[:, 0] ** 2 + local[:, 2] ** 2 < 4.5).nonzero()[:, 0]
    open_sky = torch.ones_like(shadow)
    lifted = local[near] + local.new_tensor([0, 0.25, 0])
    open_sky[near] = 0.35 + 0.65 * (sdf.SDF[batch.kind](lifted) / 0.7).clamp(0, 1)
    light = sun * (shadow * batch.sun[b, 1])[:, None] * 0.62 + ambient * open_sky[:, None]
    haze = 1 - torch.exp(-((distance / 60) ** 1.5))
    return torch.lerp(albedo * light, horizon.expand_as(albedo), haze[:, None])


def _trace(batch: _Batch, rays: Tensor, size: int, supersample: int) -> Tensor:
    """Display colours [B * rays, 3] of the rays [B, rays, 3]."""
    count = rays.shape[1]
    view = rays.reshape(-1, 3)
    b_all = torch.arange(len(rays), device=rays.device).repeat_interleave(count)
    eye = view.new_tensor(EYE)
    local_eye = batch.to_solid(eye.expand(len(rays), 3), torch.arange(len(rays), device=rays.device))
    origin = local_eye[b_all]
    direction = _rotate(view, batch.cos[b_all], batch.sin[b_all])
    inside, near, far = sdf.enter_bounds(batch.kind, origin, direction)
    candidate = inside.nonzero()[:, 0]
    t = sdf.march(batch.kind, origin[candidate], direction[candidate], near[candidate], far[candidate])
    struck = t.isfinite()
    solid, t = candidate[struck], t[struck]
    colour = torch.empty_like(view)
    rest = torch.ones(len(view), dtype=torch.bool, device=view.device)
    rest[solid] = False
    b = b_all[solid]
    local = origin[solid] + t[:, None] * direction[solid]
    point = eye + (t * batch.scale[b])[:, None] * view[solid]
    colour[solid] = _shade_solid(batch, b, local, point, view[solid])
    down = view[:, 1] < -1e-4
    floor = (rest & down).nonzero()[:, 0]
    distance = EYE[1] / -view[floor, 1]
    # A sample's width on the floor, stretched by the grazing angle (geometric mean of both axes).
    pixel = 2 * HALF_FRAME / size / supersample
    footprint = pixel * distance / (-view[floor, 1]).sqrt()
    colour[floor] = _shade_floor(
        batch, b_all[floor], eye + distance[:, None] * view[floor], distance, view[floor], footprint)
    sky = (rest & ~down).nonzero()[:, 0]
    colour[sky] = textures.sky_colour(batch.time, view[sky], batch.moon[b_all[sky]], batch.texture[b_all[sky]])
    return _display(colour)


@torch.no_grad()
def render(
    scenes: Sequence[Scene], size: int, crop: Sequence[tuple[int, int, int, int]] | None = None,
    supersample: int = 2, device: str | torch.device = "cpu",
) -> Tensor:
    """Pictures [N, 3, h, w] in [0, 1] of scenes with one solid each.

    `size` is the side of the whole frame in pixels; `crop` holds one (x, y, w, h) a scene, all of one w and h, and only
    those rays are traced. Each pixel is the mean of supersample^2 samples.
    """
    if any(len(scene.solids) != 1 for scene in scenes):
        raise ValueError("the renderer draws scenes of exactly one solid")
    crops = torch.tensor(crop if crop is not None else [(0, 0, size, size)] * len(scenes), device=device)
    width, height = crops[0, 2:].tolist()
    if (crops[:, 2:] != crops[0, 2:]).any():
        raise ValueError("all crops of one call need the same width and height")
    out = torch.empty(len(scenes), 3, height, width, device=device)
    groups = defaultdict(list)
    for i, scene in enumerate(scenes):
        groups[scene.solids[0].kind, scene.floor, scene.time].append(i)
    # Rows of pixels are traced in bands, so that a frame of 1024 needs no more memory than one of 64.
    band = max(1, min(height, RAYS_AT_ONCE // (width * supersample**2)))
    together = max(1, RAYS_AT_ONCE // (width * band * supersample**2))
    for members in groups.values():
        for start in range(0, len(members), together):
            index = members[start : start + together]
            batch = _Batch([scenes[i] for i in index], device)
            for top in range(0, height, band):
                rows = min(band, height - top)
                part = crops[index] + torch.tensor([0, top, 0, 0], device=device)
                rays = camera_rays(size, part, width, rows, supersample)
                colour = _trace(batch, rays, size, supersample)
                picture = colour.view(len(index), rows * supersample, width * supersample, 3).permute(0, 3, 1, 2)
                out[index, :, top : top + rows] = torch.nn.functional.avg_pool2d(picture, supersample)
    return out
