"""Scenes on disk: 64 px pictures with their attributes, and aligned crops for the upsamplers."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.data.arrange import sample_scene
from training.data.attributes import COLUMNS, PLACE
from training.data.renderer.render import render

CROP_FACTOR = 4  # an upsampler enlarges by this much


@dataclass(frozen=True)
class SceneData:
    """images uint8 [N, 3, 64, 64].

    Attributes int64 [N, 27], the columns of COLUMNS, -1 for a solid that is not there.
    """

    images: np.ndarray
    attributes: np.ndarray

    def column(self, name: str) -> np.ndarray:
        """What every scene has in the column `name` of COLUMNS, int64 [N]."""
        return self.attributes[:, PLACE[name]]

    def draw(self, count: int, rng: np.random.Generator, favoured: np.ndarray, share: float) -> np.ndarray:
        """Random rows [count], a `share` of them from the rows `favoured`."""
        rows = rng.integers(len(self.images), size=count)
        return np.where(rng.random(count) < share, rng.choice(favoured, count), rows)


def to_bytes(pictures: Tensor) -> np.ndarray:
    """Pictures in [0, 1] as uint8."""
    return (pictures * 255 + 0.5).clamp(0, 255).byte().cpu().numpy()


def render_split(seed: int, split: str, start: int, stop: int, size: int, supersample: int, device="cpu") -> SceneData:
    """Renders scenes start to stop of a split."""
    scenes = [sample_scene(seed, split, i) for i in range(start, stop)]
    return SceneData(
        to_bytes(render(scenes, size, supersample=supersample, device=device)),
        np.array([scene.attribute_row() for scene in scenes], np.int64),
    )


def save_shard(path: Path, data: SceneData) -> None:
    """Writes one shard; it appears under its name only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(part, images=data.images, attributes=data.attributes.astype(np.int8))
    part.rename(path)


def load_scenes(folder: str | Path, split: str = "train", limit: int | None = None) -> SceneData:
    """All shards `<split>-*.npz` of a folder in order, so row i is scene i of the split."""
    paths = sorted(p for p in Path(folder).glob(f"{split}-*.npz") if ".part" not in p.name)
    if not paths:
        raise FileNotFoundError(f"no {split} shards in {folder}; run `python -m training.data.render_dataset` first")
    shards = [np.load(path) for path in paths]
    images, attributes = (np.concatenate([shard[key] for shard in shards])[:limit] for key in ("images", "attributes"))
    return SceneData(images, attributes.astype(np.int64))


def to_model_range(images: np.ndarray) -> Tensor:
    """uint8 pictures to float32 in [-1, 1], the pixels of every model here."""
    return torch.from_numpy(images).float() / 127.5 - 1


def sample_crops(
    kind: str,
    n: int,
    seed: int,
    size: int = 128,
    supersample: int = 2,
    device="cpu",
    start: int = 0,
    split: str = "crops",
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs for an upsampler from random scenes: large uint8 [n, 3, size, size], small uint8 [n, 3, size/4, size/4].

    `kind` is "256" or "1024", the side of the frame that the crops come from. The small picture is the area average
    by 4 of the same crop; crops start at multiples of 4, so its pixels are those of the whole frame made smaller.
    Half of the crops lie around the solid, the rest anywhere.
    """
    frame = int(kind)
    if size % CROP_FACTOR or size > frame:
        raise ValueError(f"a crop of {size} px does not fit a frame of {frame} in steps of {CROP_FACTOR}")
    scenes = [sample_scene(seed, split, start + i) for i in range(n)]
    rng = np.random.default_rng([seed, frame, start])
    crops = []
    for _ in scenes:
        if rng.random() < 0.5:
            x, y = (frame * rng.normal(centre, 0.13) - size / 2 for centre in (0.5, 0.55))
        else:
            x, y = rng.uniform(0, frame - size, 2)
        x, y = (int(np.clip(round(value / CROP_FACTOR) * CROP_FACTOR, 0, frame - size)) for value in (x, y))
        crops.append((x, y, size, size))
    large = render(scenes, frame, crops, supersample=supersample, device=device)
    return to_bytes(large), to_bytes(torch.nn.functional.avg_pool2d(large, CROP_FACTOR))


def save_crops(path: Path, large: np.ndarray, small: np.ndarray) -> None:
    """Writes one shard of crops; it appears under its name only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(part, large=large, small=small)
    part.rename(path)


def load_crops(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """All shards of `folder`: large uint8 [N, 3, S, S] and small uint8 [N, 3, S/4, S/4]."""
    shards = [np.load(path) for path in sorted(folder.glob("*.npz")) if ".part" not in path.name]
    if not shards:
        raise FileNotFoundError(f"no crops in {folder}; run `python -m training.data.render_dataset --crops …` first")
    return tuple(np.concatenate([shard[key] for shard in shards]) for key in ("large", "small"))


def describe(folder: Path, seed: int, counts: dict[str, int]) -> None:
    """Writes what the folder holds beside the shards."""
    text = json.dumps({"seed": seed, "counts": counts, "columns": COLUMNS}, indent=1)
    (folder / "scenes.json").write_text(text + "\n")
