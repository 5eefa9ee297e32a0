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
    """Writes the stages' ONNX files, the tokenizer and `manifest`, whose file names, hashes and ids are filled in here.

    The pack has one text and one space. Its graphs are how its weights are published, so theirs are the hashes that
    identify the text and the space.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stage, data in stage_files.items():
        manifest["stages"][stage] = with_file(stage, manifest["stages"][stage], data)
        write_atomically(folder / f"{stage}.onnx", data)
    (text_name, text), (space_name, space) = (next(iter(manifest[part].items())) for part in ("texts", "spaces"))
    text["tokenizer"] = {"file": "tokenizer.json", "sha256": sha256(tokenizer), **text["tokenizer"]}
    manifest["texts"] = {text_name: {"id": sha256(stage_files["clip-text"]), **text}}
    manifest["spaces"] = {space_name: {"id": sha256(stage_files["clip-image"]), **space}}
    write_atomically(folder / "tokenizer.json", tokenizer)
    write_atomically(folder / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())


def put_stages(folder: Path, sections: dict[str, dict], files: dict[str, bytes], version: str | None = None) -> None:
    """Adds stages to the pack in `folder`, or replaces them, and gives it the version, if there is one."""
    manifest = json.loads((folder / "manifest.json").read_text())
    if version:
        manifest["version"] = version
    for stage, data in files.items():
        manifest["stages"][stage] = with_file(stage, sections[stage], data)
        write_atomically(folder / f"{stage}.onnx", data)
    write_atomically(folder / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())


def with_file(stage: str, section: dict, data: bytes) -> dict:
    """A stage's section with its file's name and hash."""
    return {"role": section["role"], "file": f"{stage}.onnx", "sha256": sha256(data), **section}


def clip_parts(name: str, *, dimension: int, width: int, context_length: int, image_size: int, specials: dict) -> dict:
    """A manifest's `spaces` and `texts` with one CLIP, whose pixels are in [-1, 1]."""
    image = {"size": image_size, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "fit": "crop"}
    return {
        "spaces": {name: {"dimension": dimension, "image": image}},
        "texts": {name: {"tokenizer": specials, "contextLength": context_length, "width": width}},
    }


def stage_sections(clip: str, *, null: list[float], mean: list[float], std: list[float], sampled: dict) -> dict:
    """The stages of an unCLIP pack, less files; `sampled` has scheduler, defaults and, for pictures, `size` by stage.

    `onnx_export` calls every mask `mask`; the manifest says which it is.
    """
    told, parts = {"space": clip, "text": clip}, {}
    for stage, section in sampled.items():
        rest = {key: section[key] for key in ("scheduler", "defaults", "presets") if key in section}
        sample = {"sample": {"channels": 3, "size": section["size"]}} if "size" in section else {}
        parts[stage] = sample | rest
    for place, (stage, smaller) in enumerate((("upsampler-256", "decoder"), ("upsampler-1024", "upsampler-256")), 1):
        parts[stage] = {"enlarges": {"size": sampled[smaller]["size"], "place": place}} | parts[stage]
    return {
        "clip-text": {"role": "text-encoder", **told},
        "clip-image": {"role": "image-encoder", "space": clip},
        "prior": {
            "role": "prior",
            "inputs": {"mask": "text_mask"},
            **told,
            **parts["prior"],
            "normalisation": {"mean": mean, "std": std},
        },
        "decoder-condition": {"role": "condition", **told, "nullImageEmbedding": null},
        "decoder": {
            "role": "denoiser",
            "inputs": {"mask": "context_mask"},
            "condition": "decoder-condition",
            **parts["decoder"],
        },
        "upsampler-256": {"role": "denoiser", **parts["upsampler-256"]},
        "upsampler-1024": {"role": "denoiser", **parts["upsampler-1024"]},
    }


def scheduler(prediction: str, variance: str, clip: float) -> dict:
    """A manifest's scheduler section: that of diffusers' `UnCLIPScheduler`."""
    return {
        "trainTimesteps": 1000,
        "betas": {"kind": "cosine"},
        "prediction": prediction,
        "variance": variance,
        "clip": clip,
        "spacing": "unclip",
    }


def only(parts: dict) -> dict:
    """The one text or space of a pack that has no other."""
    (part,) = parts.values()
    return part


def finisher_of(stages: dict, stage: str) -> str | None:
    """The name of the network that runs a denoiser's last step, if that is another."""
    return next((name for name, section in stages.items() if section.get("finishes") == stage), None)


def as_diffusers(section: dict) -> dict:
    """The settings of a stage for `UnCLIPPipeline`: those of its preset "diffusers" before its own, always guided."""
    preset = section.get("presets", {}).get("diffusers", section["defaults"])
    return {key: preset.get(key, value) for key, value in section["defaults"].items() if key != "guidanceInterval"}


def rounded(values) -> list[float]:
    """float32 values as the shortest decimals that read back equal."""
    return [float(f"{v:.9g}") for v in values]
