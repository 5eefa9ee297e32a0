"""Arrays of numbers in a pack (docs/pack-format.md, Arrays): a safetensors file and its entry in the manifest."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from training.export.pack import sha256, write_atomically

TYPES = (np.float32, np.float64, np.int32)


def put_arrays(folder: Path, name: str, arrays: dict[str, np.ndarray]) -> None:
    """Writes `arrays`, each of float32, float64 or int32, as NAME.safetensors and names the file in the manifest.

    Other entries of the manifest stay. Raises ValueError for numbers of another type or that are not finite.
    """
    for key, array in arrays.items():
        if array.dtype not in TYPES:
            raise ValueError(f"{key} has numbers of type {array.dtype}, which packs do not hold")
        if not np.isfinite(array).all():
            raise ValueError(f"{key} has numbers that are not finite")
    data = save({key: np.ascontiguousarray(array) for key, array in sorted(arrays.items())})
    manifest = json.loads((folder / "manifest.json").read_text())
    entry = {"file": f"{name}.safetensors", "sha256": sha256(data)}
    manifest["arrays"] = dict(sorted({**manifest.get("arrays", {}), name: entry}.items()))
    write_atomically(folder / entry["file"], data)
    write_atomically(folder / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())
