"""Writing a pack folder (docs/pack-format.md): files first, the manifest last, each by an atomic rename."""

import hashlib
import json
import os
from pathlib import Path


def sha256(data: bytes) -> str:
    """The SHA-256 of `data` in hex, as manifests carry it."""
    return hashlib.sha256(data).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Writes `data` so that a reader sees the old file or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def write_pack(folder: Path, manifest: dict, stage_files: dict[str, bytes], tokenizer: bytes) -> None:
    """Writes the stages' ONNX files, the tokenizer and `manifest`, whose file names and hashes are filled in here."""
    folder.mkdir(parents=True, exist_ok=True)
    for stage, data in stage_files.items():
        manifest["stages"][stage] = {"file": f"{stage}.onnx", "sha256": sha256(data), **manifest["stages"][stage]}
        write_atomically(folder / f"{stage}.onnx", data)
    manifest["tokenizer"] = {"file": "tokenizer.json", "sha256": sha256(tokenizer), **manifest["tokenizer"]}
    write_atomically(folder / "tokenizer.json", tokenizer)
    write_atomically(folder / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())


def scheduler(prediction: str, variance: str, clip_sample_range: float) -> dict:
    """A manifest's scheduler section; the fields are `UnCLIPScheduler`'s."""
    return {
        "trainTimesteps": 1000,
        "prediction": prediction,
        "variance": variance,
        "clipSampleRange": clip_sample_range,
    }


def rounded(values) -> list[float]:
    """float32 values as the shortest decimals that read back equal."""
    return [float(f"{v:.9g}") for v in values]
