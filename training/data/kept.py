"""Files that are computed once and kept, for a run that is stopped and goes on: each is whole or not there, and a
folder of them says by which settings they were made.
"""

import hashlib
import json
import os
from pathlib import Path

import numpy as np

SETTINGS = "settings.json"


def claim_folder(folder: Path, settings: dict) -> None:
    """Makes the folder for what is computed by these settings, all that decide what is in its files.

    Raises ValueError if files are in it that were made by others, or nobody knows by which.
    """
    settings = json.loads(json.dumps(settings))  # as they are read again
    file = folder / SETTINGS
    if file.exists():
        kept = json.loads(file.read_text())
        others = [
            f"{name} {kept.get(name)!r}, not {settings.get(name)!r}"
            for name in sorted({*kept, *settings})
            if kept.get(name) != settings.get(name)
        ]
        if others:
            raise ValueError(f"{folder} was made with {'; '.join(others)}: delete it, or name another folder")
        return
    folder.mkdir(parents=True, exist_ok=True)
    if strange := sorted(path.name for path in folder.glob("*.npy")):
        raise ValueError(f"{folder} holds {strange[0]}, made by unknown settings: delete it, or name another folder")
    _write_whole(file, lambda part: part.write(json.dumps(settings, indent=2).encode()))


def save_whole(file: Path, array: np.ndarray) -> None:
    """Saves an array; it appears under its name only when all of it is on the disk."""
    _write_whole(file, lambda part: np.save(part, array))


def _write_whole(file: Path, write) -> None:
    part = file.with_name(f"{file.name}.part")
    with part.open("wb") as stream:
        write(stream)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)


def file_digest(file: Path) -> str:
    """SHA-256 of a file. That of a pack's manifest stands for the pack: digests of all its files are in it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def array_digest(*arrays: np.ndarray) -> str:
    """SHA-256 of the values, types and shapes of arrays."""
    whole = hashlib.sha256()
    for array in arrays:
        whole.update(f"{array.dtype.str} {array.shape} ".encode())
        whole.update(np.ascontiguousarray(array).data)
    return whole.hexdigest()
