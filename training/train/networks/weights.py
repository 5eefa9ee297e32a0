"""A component's weights in the folder of a run or of a pack."""

import os
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from training.train.networks.onnx_weights import load_onnx_weights, read_initialisers

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


@torch.no_grad()
def grow_weights(model: nn.Module, folder: Path, name: str) -> list[str]:
    """The weights of a network of the same kind that may be smaller, saved as for `load_weights`.

    What it lacks keeps its values here, and so do the rows that a parameter has beyond the saved ones. Returns the
    names of the parameters that it lacks. Raises ValueError if it has none of them, or a shape that does not fit.
    """
    saved = folder / name / "diffusion_pytorch_model.safetensors"
    tensors = load_file(saved) if saved.exists() else read_initialisers(folder / f"{name}.onnx")
    parameters = dict(model.named_parameters())
    new = [key for key in parameters if key not in tensors]
    if len(new) == len(parameters):
        raise ValueError(f"{folder} holds no weight of {name}")
    for key in parameters.keys() & tensors.keys():
        kept, grown = tensors[key], parameters[key]
        if kept.numel() % grown[:1].numel() or kept.numel() > grown.numel():
            raise ValueError(f"{folder}: {name}'s {key} is {list(kept.shape)}, which does not fit {list(grown.shape)}")
        rows = kept.reshape(-1, *grown.shape[1:])
        grown[: len(rows)] = rows
    return new


def save_component(model: nn.Module, folder: Path) -> None:
    """`save_pretrained` such that each file of `folder` is replaced by one rename."""
    part = folder.with_name(folder.name + ".part")
    model.save_pretrained(part)
    folder.mkdir(parents=True, exist_ok=True)
    for file in part.iterdir():
        os.replace(file, folder / file.name)
    shutil.rmtree(part)
