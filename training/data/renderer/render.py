"""Renders scenes: pictures of any size up to 1024, or crops of them without the rest of the frame."""

from collections import defaultdict
from collections.abc import Sequence

import torch
from torch import Tensor

from training.data.attributes import Scene
from training.data.renderer import shading, styles, textures
from training.data.renderer.geometry import SceneGeometry

EYE = (0.0, 2.32, 6.5)
TARGET = (0.0, 0.97, 0.0)
HALF_FRAME = 0.28  # tangent of half the field of view
RAYS_AT_ONCE = 400_000  # keeps the temporaries of one step within some tens of megabytes
# Where round a ray the outlines of a drawing look for another surface.
AROUND = ((0.75, 0.65), (-0.65, 0.75), (-0.75, -0.65), (0.65, -0.75))
SKY, FLOOR = -2, -1


def _camera_axes() -> Tensor:
    forward = torch.nn.functional.normalize(torch.tensor(TARGET) - torch.tensor(EYE), dim=0)
    right = torch.tensor([1.0, 0.0, 0.0])
    return torch.stack([right, torch.linalg.cross(right, forward), forward])


def camera_rays(size: int, crop: Tensor, width: int, height: int, supersample: int) -> tuple[Tensor, Tensor]:
    """Unit directions [B, rays, 3] through the samples of crops [B, 4] (x, y, w, h pixels of the frame), and where in
    the frame they are [B, rays, 2], from -1 to 1."""
    s = supersample
    column = (torch.arange(width * s, device=crop.device) + 0.5) / s
    row = (torch.arange(height * s, device=crop.device) + 0.5) / s
    u = 2 * (crop[:, :1] + column) / size - 1
    v = 1 - 2 * (crop[:, 1:2] + row) / size
    frame = torch.stack(
        [u[:, None, :].expand(-1, len(row), -1), v[:, :, None].expand(-1, -1, len(column))], -1
    ).flatten(1, 2)
    return _through(frame), frame


def _through(frame: Tensor) -> Tensor:
    plane = torch.cat([frame * HALF_FRAME, torch.ones_like(frame[..., :1])], -1)
    return torch.nn.functional.normalize(plane @ _camera_axes().to(frame.device), dim=-1)


def _surfaces(geometry: SceneGeometry, b: Tensor, view: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What rays [M, 3] from the eye meet: distance [M], thing, FLOOR or SKY [M], point [M, 3]."""
    eye = view.new_tensor(EYE)
    distance, met = geometry.first_hit(b, eye.expand_as(view), view)
    down = view[:, 1] < -1e-4
    met = torch.where(met >= 0, met, torch.where(down, FLOOR, SKY))
    distance = torch.where(met == FLOOR, EYE[1] / (-view[:, 1]).clamp_min(1e-4), distance)
    return distance, met, eye + torch.where(met == SKY, 0.0, distance)[:, None] * view


def _footprint(size: int, supersample: int, distance: Tensor, view: Tensor) -> Tensor:
    # A sample's width on the floor, stretched by the grazing angle (geometric mean of both axes).
    return 2 * HALF_FRAME / size / supersample * distance / (-view[:, 1]).sqrt()


def _photograph(geometry: SceneGeometry, b: Tensor, view: Tensor, frame: Tensor, size: int, supersample: int) -> Tensor:
    distance, met, point = _surfaces(geometry, b, view)
    colour = torch.empty_like(view)
    rows = (met >= 0).nonzero()[:, 0]
    colour[rows] = shading.shade_thing(geometry, b[rows], met[rows], point[rows], view[rows])
    rows = (met == FLOOR).nonzero()[:, 0]
    footprint = _footprint(size, supersample, distance[rows], view[rows])
    colour[rows] = shading.shade_floor(geometry, b[rows], point[rows], distance[rows], footprint)
    rows = (met == SKY).nonzero()[:, 0]
    colour[rows] = textures.sky_colour(geometry.time, view[rows], geometry.moon[b[rows]], geometry.texture[b[rows]])
    return styles.display(colour)


def _normals(geometry: SceneGeometry, met: Tensor, point: Tensor) -> Tensor:
    out = torch.zeros_like(point)
    rows = (met >= 0).nonzero()[:, 0]
    out[rows] = geometry.normal(met[rows], geometry.to_thing(point[rows], met[rows]))
    return out


def _drawing(geometry: SceneGeometry, b: Tensor, view: Tensor, frame: Tensor, size: int, supersample: int) -> Tensor:
    distance, met, point = _surfaces(geometry, b, view)
    normal = _normals(geometry, met, point)
    colour = torch.empty_like(view)
    rows = (met >= 0).nonzero()[:, 0]
    colour[rows] = styles.wash_thing(geometry, b[rows], met[rows], point[rows], normal[rows], view[rows], frame[rows])
    rows = (met == FLOOR).nonzero()[:, 0]
    footprint = _footprint(size, supersample, distance[rows], view[rows])
    colour[rows] = styles.wash_floor(geometry, b[rows], point[rows], footprint, frame[rows])
    rows = (met == SKY).nonzero()[:, 0]
    colour[rows] = styles.wash_sky(geometry, b[rows], view[rows])
    outline = torch.zeros_like(met, dtype=torch.bool)
    for offset in AROUND:
        _, other, there = _surfaces(geometry, b, _through(frame + 2 * styles.LINE * frame.new_tensor(offset)))
        turned = (normal * _normals(geometry, other, there)).sum(-1) < 0.80
        outline |= (met != other) | ((met >= 0) & turned)
    return torch.where(outline[:, None], colour.new_tensor(styles.PAPER[geometry.time][1]), colour)


def _frames(scenes: Sequence[Scene], size: int, crops: Tensor, supersample: int, painter) -> Tensor:
    """Pictures [N, 3, h, w] of scenes alike in floor, time and style.

    Rows of pixels are traced in bands, so that a frame of 1024 needs no more memory than one of 64.
    """
    width, height = crops[0, 2:].tolist()
    out = torch.empty(len(scenes), 3, height, width, device=crops.device)
    band = max(1, min(height, RAYS_AT_ONCE // (width * supersample**2)))
    together = max(1, RAYS_AT_ONCE // (width * band * supersample**2))
    for start in range(0, len(scenes), together):
        part = slice(start, start + together)
        geometry, window = SceneGeometry(scenes[part], crops.device), crops[part]
        for top in range(0, height, band):
            rows = min(band, height - top)
            view, frame = camera_rays(size, window + window.new_tensor([0, top, 0, 0]), width, rows, supersample)
            b = torch.arange(len(window), device=crops.device).repeat_interleave(view.shape[1])
            colour = painter(geometry, b, view.flatten(0, 1), frame.flatten(0, 1), size, supersample)
            picture = colour.view(len(window), rows * supersample, width * supersample, 3).permute(0, 3, 1, 2)
            out[part, :, top : top + rows] = torch.nn.functional.avg_pool2d(picture, supersample)
    return out


def _pixel_art(scenes: Sequence[Scene], size: int, crops: Tensor) -> Tensor:
    whole = torch.tensor([[0, 0, styles.CELLS, styles.CELLS]] * len(scenes), device=crops.device)
    cells = styles.pixelated(_frames(scenes, styles.CELLS, whole, 1, _photograph))
    width, height = crops[0, 2:].tolist()
    column = (crops[:, :1] + torch.arange(width, device=crops.device)) * styles.CELLS // size
    row = (crops[:, 1:2] + torch.arange(height, device=crops.device)) * styles.CELLS // size
    picture = torch.arange(len(scenes), device=crops.device)[:, None, None]
    return cells[picture, :, row[:, :, None], column[:, None, :]].permute(0, 3, 1, 2)


@torch.no_grad()
def render(
    scenes: Sequence[Scene],
    size: int,
    crop: Sequence[tuple[int, int, int, int]] | None = None,
    supersample: int = 2,
    device: str | torch.device = "cpu",
) -> Tensor:
    """Pictures [N, 3, h, w] in [0, 1].

    `size` is the side of the whole frame in pixels; `crop` holds one (x, y, w, h) a scene, all of one w and h, and only
    those rays are traced. Each pixel is the mean of supersample^2 samples (of pixel art one a cell).
    """
    crops = torch.tensor(crop if crop is not None else [(0, 0, size, size)] * len(scenes), device=device)
    if (crops[:, 2:] != crops[0, 2:]).any():
        raise ValueError("all crops of one call need the same width and height")
    width, height = crops[0, 2:].tolist()
    out = torch.empty(len(scenes), 3, height, width, device=device)
    groups = defaultdict(list)
    for i, scene in enumerate(scenes):
        groups[scene.floor, scene.time, scene.style].append(i)
    for (_, _, style), members in groups.items():
        alike = [scenes[i] for i in members]
        if style == "pixel art":
            out[members] = _pixel_art(alike, size, crops[members])
        else:
            out[members] = _frames(
                alike, size, crops[members], supersample, _drawing if style == "drawing" else _photograph
            )
    return out
