"""Renders scenes: pictures of any size up to 1024, or crops of them without the rest of the frame."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.data.attributes import Scene
from training.data.renderer import shading, styles
from training.data.renderer.geometry import SceneGeometry
from training.data.renderer.sky import sky_colour
from training.data.renderer.styles import OUTLINES, PIXEL_ART, SHEETS

EYE = (0.0, 2.32, 6.5)
TARGET = (0.0, 0.97, 0.0)
HALF_FRAME = 0.28  # tangent of half the field of view
LEAST_DOWN = 1e-4  # steepness of the flattest ray that meets the floor
RAYS_AT_ONCE = 400_000  # keeps the temporaries of one step within some tens of megabytes
SKY, FLOOR = -2, -1


@dataclass(frozen=True)
class Rays:
    """M rays from the eye, each of a scene."""

    scene: Tensor  # [M]
    view: Tensor  # unit directions [M, 3]
    frame: Tensor  # where in the frame they are [M, 2], from -1 to 1
    width: float  # of a sample, as a share of the frame


@dataclass(frozen=True)
class Surfaces:
    """What rays meet."""

    distance: Tensor  # [M]
    met: Tensor  # thing, FLOOR or SKY, [M]
    point: Tensor  # [M, 3]

    def rows(self) -> tuple[Tensor, Tensor, Tensor]:
        """Which rays meet things, the floor and the sky."""
        return tuple(met.nonzero()[:, 0] for met in (self.met >= 0, self.met == FLOOR, self.met == SKY))


Painter = Callable[[SceneGeometry, Rays], Tensor]


def _camera_axes() -> Tensor:
    forward = torch.nn.functional.normalize(torch.tensor(TARGET) - torch.tensor(EYE), dim=0)
    right = torch.tensor([1.0, 0.0, 0.0])
    return torch.stack([right, torch.linalg.cross(right, forward), forward])


def frame_places(size: int, crops: Tensor, width: int, height: int, supersample: int) -> Tensor:
    """Where in the frame the samples of crops [B, 4] (x, y, w, h pixels) are: [B, samples, 2], from -1 to 1."""
    column = (torch.arange(width * supersample, device=crops.device) + 0.5) / supersample
    row = (torch.arange(height * supersample, device=crops.device) + 0.5) / supersample
    u = 2 * (crops[:, :1] + column) / size - 1
    v = 1 - 2 * (crops[:, 1:2] + row) / size
    u, v = u[:, None, :].expand(-1, len(row), -1), v[:, :, None].expand(-1, -1, len(column))
    return torch.stack([u, v], -1).flatten(1, 2)


def _through(frame: Tensor) -> Tensor:
    """Unit directions from the eye through places of the frame."""
    plane = torch.cat([frame * HALF_FRAME, torch.ones_like(frame[..., :1])], -1)
    return torch.nn.functional.normalize(plane @ _camera_axes().to(frame.device), dim=-1)


def _surfaces(geometry: SceneGeometry, scene: Tensor, view: Tensor) -> Surfaces:
    """What rays of directions `view` [M, 3] from the eye meet."""
    eye = view.new_tensor(EYE)
    distance, met = geometry.first_hit(scene, eye.expand_as(view), view)
    down = view[:, 1] < -LEAST_DOWN
    met = torch.where(met >= 0, met, torch.where(down, FLOOR, SKY))
    distance = torch.where(met == FLOOR, EYE[1] / (-view[:, 1]).clamp_min(LEAST_DOWN), distance)
    return Surfaces(distance, met, eye + torch.where(met == SKY, 0.0, distance)[:, None] * view)


def _footprint(width: float, distance: Tensor, view: Tensor) -> Tensor:
    # A sample's width on the floor, stretched by the grazing angle (geometric mean of both axes).
    return width * distance / (-view[:, 1]).sqrt()


def _photograph(geometry: SceneGeometry, rays: Rays) -> Tensor:
    """Display colours [M, 3]."""
    scene, view, seen = rays.scene, rays.view, _surfaces(geometry, rays.scene, rays.view)
    things, floor, sky = seen.rows()
    colour = torch.empty_like(view)
    colour[things] = shading.shade_thing(geometry, scene[things], seen.met[things], seen.point[things], view[things])
    footprint = _footprint(rays.width, seen.distance[floor], view[floor])
    colour[floor] = shading.shade_floor(geometry, scene[floor], seen.point[floor], seen.distance[floor], footprint)
    moon, offset = geometry.moon[scene[sky]], geometry.texture[scene[sky]]
    colour[sky] = sky_colour(geometry.time, view[sky], moon, offset)
    return styles.display(colour)


def _normals(geometry: SceneGeometry, seen: Surfaces) -> Tensor:
    """World normals [M, 3] of things, 0 of floor and sky."""
    normals, (things, _, _) = torch.zeros_like(seen.point), seen.rows()
    met = seen.met[things]
    normals[things] = geometry.normal(met, geometry.to_thing(seen.point[things], met))
    return normals


def _outline(geometry: SceneGeometry, rays: Rays, seen: Surfaces, normals: Tensor) -> Tensor:
    """Whether a neighbour of a ray meets another thing or a surface that turns away, bool [M]."""
    outline = torch.zeros_like(seen.met, dtype=torch.bool)
    for offset in OUTLINES.around:
        there = _through(rays.frame + 2 * OUTLINES.half_width * rays.frame.new_tensor(offset))
        other = _surfaces(geometry, rays.scene, there)
        turned = (normals * _normals(geometry, other)).sum(-1) < OUTLINES.edge
        outline |= (seen.met != other.met) | ((seen.met >= 0) & turned)
    return outline


def _drawing(geometry: SceneGeometry, rays: Rays) -> Tensor:
    """Display colours [M, 3]."""
    scene, view, frame, seen = rays.scene, rays.view, rays.frame, _surfaces(geometry, rays.scene, rays.view)
    normals, (things, floor, sky) = _normals(geometry, seen), seen.rows()
    colour = torch.empty_like(view)
    colour[things] = styles.wash_thing(
        geometry, scene[things], seen.met[things], seen.point[things], normals[things], view[things], frame[things]
    )
    footprint = _footprint(rays.width, seen.distance[floor], view[floor])
    colour[floor] = styles.wash_floor(geometry, scene[floor], seen.point[floor], footprint, frame[floor])
    colour[sky] = styles.wash_sky(geometry, scene[sky], view[sky])
    outline = _outline(geometry, rays, seen, normals)
    return torch.where(outline[:, None], colour.new_tensor(SHEETS[geometry.time].ink), colour)


def _frames(scenes: Sequence[Scene], size: int, crops: Tensor, supersample: int, painter: Painter) -> Tensor:
    """Pictures [N, 3, h, w] of scenes alike in floor, time and style.

    Rows of pixels are traced in bands, so that a frame of 1024 needs no more memory than one of 64.
    """
    width, height = crops[0, 2:].tolist()
    out = torch.empty(len(scenes), 3, height, width, device=crops.device)
    band = max(1, min(height, RAYS_AT_ONCE // (width * supersample**2)))
    together = max(1, RAYS_AT_ONCE // (width * band * supersample**2))
    sample_width = 2 * HALF_FRAME / size / supersample
    for start in range(0, len(scenes), together):
        part = slice(start, start + together)
        geometry, window = SceneGeometry(scenes[part], crops.device), crops[part]
        for top in range(0, height, band):
            rows = min(band, height - top)
            frame = frame_places(size, window + window.new_tensor([0, top, 0, 0]), width, rows, supersample)
            scene = torch.arange(len(window), device=crops.device).repeat_interleave(frame.shape[1])
            rays = Rays(scene, _through(frame).flatten(0, 1), frame.flatten(0, 1), sample_width)
            colour = painter(geometry, rays)
            picture = colour.view(len(window), rows * supersample, width * supersample, 3).permute(0, 3, 1, 2)
            out[part, :, top : top + rows] = torch.nn.functional.avg_pool2d(picture, supersample)
    return out


def _pixel_art(scenes: Sequence[Scene], size: int, crops: Tensor) -> Tensor:
    """Pictures [N, 3, h, w] of scenes alike in floor and time, cut from frames of few cells."""
    side = PIXEL_ART.cells
    whole = torch.tensor([[0, 0, side, side]] * len(scenes), device=crops.device)
    cells = styles.pixelated(_frames(scenes, side, whole, 1, _photograph))
    width, height = crops[0, 2:].tolist()
    column = (crops[:, :1] + torch.arange(width, device=crops.device)) * side // size
    row = (crops[:, 1:2] + torch.arange(height, device=crops.device)) * side // size
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
            painter = _drawing if style == "drawing" else _photograph
            out[members] = _frames(alike, size, crops[members], supersample, painter)
    return out
