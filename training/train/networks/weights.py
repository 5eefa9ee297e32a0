"""A component's weights in the folder of a run or of a pack."""

import os
import shutil
from pathlib import Path

from safetensors.torch import load_file
from torch import nn

from training.train.networks.onnx_weights import load_onnx_weights

# Parameters that an ONNX file cannot hold: a pack keeps them in its manifest.
ELSEWHERE = {"prior": ("clip_mean", "clip_std"), "decoder-condition": ("learned_classifier_free_guidance_embeddings",)}


def load_weights(model: nn.Module, folder: Path, name: str) -> None:
    """Weights of component `name` from a run folder (`<name>/*.safetensors`) or a pack (`<name>.onnx`, less
    `ELSEWHERE`).

    Raises FileNotFoundError if `folder` holds neither, and an error that names what does not fit.
    """
    saved = folder / name / "diffusion_pytorch_model.safetensors"
    if saved.exists():
        model.load_state_dict(load_file(saved))
    else:
        load_onnx_weights(model, folder / f"{name}.onnx", ELSEWHERE.get(name, ()))


def save_component(model: nn.Module, folder: Path) -> None:
    """`save_pretrained` such that each file of `folder` is replaced by one rename."""
    part = folder.with_name(folder.name + ".part")
    model.save_pretrained(part)
    folder.mkdir(parents=True, exist_ok=True)
    for file in part.iterdir():
        os.replace(file, folder / file.name)
    shutil.rmtree(part)
