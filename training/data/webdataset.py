"""Makes scenes for the trainers of WebDataset archives, such as workflows/synthetic-dataset.json writes.

python -m training.data.webdataset out/dataset.tar [out/dataset-2.tar ...] --out training/sets/synthetic

Each picture is labelled with what its caption says, which must be of one solid.
"""

import argparse
import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from training.data.dataset import SceneData, save_shard
from training.data.read_caption import read_caption

SIDE = 64  # of a scene, in pixels
PARTS = ("png", "txt")


def read_webdataset(path: Path) -> SceneData:
    """The pictures of an archive in its order, with what their captions (KEY.txt) say as attributes.

    Raises ValueError if the archive is not whole and, with the key, if a sample lacks its picture or its caption, if
    a picture is not 64 x 64, or if a caption cannot be read.
    """
    samples = _samples(path)
    if not samples:
        raise ValueError(f"{path} holds no samples")
    images, rows = [], []
    for key, parts in samples.items():
        missing = [part for part in PARTS if part not in parts]
        if missing:
            raise ValueError(f"{path}: {key} has no {missing[0]}")
        picture = Image.open(io.BytesIO(parts["png"])).convert("RGB")
        if picture.size != (SIDE, SIDE):
            raise ValueError(f"{path}: {key}.png is {picture.width} x {picture.height}, not {SIDE} x {SIDE}")
        images.append(np.asarray(picture).transpose(2, 0, 1))
        try:
            rows.append(read_caption(parts["txt"].decode()))
        except ValueError as error:
            raise ValueError(f"{path}: {key}.txt: {error}") from None
    return SceneData(np.stack(images), np.array(rows, np.int64))


def _samples(path: Path) -> dict[str, dict[str, bytes]]:
    """Key to ending to bytes. A key is a file's name up to its first dot."""
    samples: dict[str, dict[str, bytes]] = {}
    try:
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    key, _, ending = member.name.partition(".")
                    samples.setdefault(key, {})[ending] = content.read()
    except tarfile.TarError as error:
        raise ValueError(f"{path} is not a whole tar archive: {error}") from None
    return samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True, help="folder of the shards, which trainers name as data")
    parser.add_argument("--split", choices=["train", "validation", "evaluation"], default="train")
    arguments = parser.parse_args()
    try:
        shards = [read_webdataset(archive) for archive in arguments.archives]
    except (OSError, ValueError) as error:
        parser.error(str(error))
    for number, shard in enumerate(shards):
        save_shard(arguments.out / f"{arguments.split}-{number:06d}.npz", shard)
    print(f"{sum(len(shard.images) for shard in shards)} pictures in {arguments.out}")


if __name__ == "__main__":
    main()
