"""Writes folders in the layout of Kandinsky 2.2 with random weights of their true size, 12 GB of float32 on the disk.

`python -m training.export.kandinsky_size FOLDER` makes FOLDER/kandinsky-2-2-prior and FOLDER/kandinsky-2-2-decoder, to
measure memory and time, for which the values of weights do not matter: one block of random numbers is written over and
over, in the size of each layer. The image encoder (7 GB) is a hole in its file, without space; it encodes nothing.
The tokenizer is the tiny one of the small checkpoints.
"""

import argparse
import json
import os
from pathlib import Path

import numpy as np
import torch
from diffusers import DDPMScheduler, UnCLIPScheduler

from training.export.checkpoint_files import preprocessing, write_json, write_tokenizer
from training.export.random_models import MERGES, tiny_tokenizer
from training.export.small_checkpoints import write_index
from training.export.templates import clip_models, kandinsky
from training.export.templates.template import Template
from training.export.templates.weightless import weightless

TEMPLATES = {one.name: one for one in (*kandinsky.TEMPLATES, *clip_models.TEMPLATES)}
BLOCK = np.random.default_rng(0).standard_normal(1 << 22).astype("<f4")


def write_weights(network: torch.nn.Module, path: Path, hole: bool) -> int:
    """The network's parameters and buffers as safetensors; how many numbers they are."""
    tensors, at = {}, 0
    for name, value in network.state_dict().items():
        size = value.numel() * 4
        tensors[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + size]}
        at += size
    header = json.dumps(tensors).encode()
    header += b" " * (-len(header) % 8)
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        if hole:
            os.truncate(file.fileno(), 8 + len(header) + at)
            return at // 4
        for name, value in network.state_dict().items():
            scale = 0.02 if value.ndim < 2 else value[0].numel() ** -0.5
            shift = 1 if name == "clip_std" or ("norm" in name and name.endswith("weight")) else 0
            left = value.numel()
            while left > 0:
                file.write((BLOCK[:left] * np.float32(scale) + np.float32(shift)).astype("<f4").tobytes())
                left -= min(left, len(BLOCK))
    return at // 4


def write_network(template: Template, folder: Path, file: str, hole: bool = False) -> None:
    """A component's configuration and weights."""
    network = weightless(template.build)
    folder.mkdir(parents=True)
    if hasattr(network, "save_config"):
        network.save_config(folder)
    else:
        write_json(folder / "config.json", network.config.to_dict() | {"architectures": [type(network).__name__]})
    print(f"{folder.name}: {write_weights(network, folder / file, hole):,} numbers", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    prior, decoder = folder / "kandinsky-2-2-prior", folder / "kandinsky-2-2-decoder"
    of_diffusers, of_transformers = "diffusion_pytorch_model.safetensors", "model.safetensors"
    write_network(TEMPLATES["clip-text-bigg"], prior / "text_encoder", of_transformers)
    write_network(TEMPLATES["clip-image-bigg14"], prior / "image_encoder", of_transformers, hole=True)
    write_network(TEMPLATES["kandinsky-2-2-prior"], prior / "prior", of_diffusers)
    write_network(TEMPLATES["kandinsky-2-2-decoder"], decoder / "unet", of_diffusers)
    write_network(TEMPLATES["movq-decoder"], decoder / "movq", of_diffusers)
    write_tokenizer(prior / "tokenizer", tiny_tokenizer().get_vocab(), MERGES, 77)
    write_json(prior / "image_processor/preprocessor_config.json", preprocessing(224))
    UnCLIPScheduler(prediction_type="sample", clip_sample_range=10).save_pretrained(prior / "scheduler")
    DDPMScheduler(beta_start=0.00085, beta_end=0.012, clip_sample=False, steps_offset=1).save_pretrained(
        decoder / "scheduler"
    )
    networks = {"text_encoder": "CLIPTextModelWithProjection", "image_encoder": "CLIPVisionModelWithProjection"}
    others = {"tokenizer": "CLIPTokenizer", "image_processor": "CLIPImageProcessor"}
    parts = {name: ("transformers", kind) for name, kind in (networks | others).items()}
    own = {"prior": "PriorTransformer", "scheduler": "UnCLIPScheduler"}
    write_index(prior, "KandinskyV22PriorPipeline", parts | {name: ("diffusers", kind) for name, kind in own.items()})
    own = {"movq": "VQModel", "scheduler": "DDPMScheduler", "unet": "UNet2DConditionModel"}
    write_index(decoder, "KandinskyV22Pipeline", {name: ("diffusers", kind) for name, kind in own.items()})


if __name__ == "__main__":
    main()
