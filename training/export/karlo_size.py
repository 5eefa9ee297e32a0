"""Writes a folder in the layout of Karlo's repository with random weights of its true size, 14 GB of float32.

`python -m training.export.karlo_size FOLDER`, for `npm run bench -- karlo`: it measures memory and time, for which the
values of the weights do not matter. The tokenizer is the tiny one of the small checkpoints.
"""

import argparse
import gc
from pathlib import Path

import torch

from training.export.small_checkpoints import KARLO_NETWORKS, save, write_json, write_tokenizer
from training.export.templates import clip_models, karlo
from training.train.diffusion.sampling import make_scheduler

# Component to template; both super-resolution networks are of one kind.
COMPONENTS = {
    "text_encoder": "clip-text-l",
    "prior": "karlo-prior",
    "text_proj": "karlo-condition",
    "decoder": "karlo-decoder",
    "super_res_first": "karlo-upsampler",
    "super_res_last": "karlo-upsampler",
}
COMMON = {"trainTimesteps": 1000}
SCHEDULERS = {
    "prior_scheduler": {"prediction": "sample", "variance": "fixed-small-log", "clip": 5},
    "decoder_scheduler": {"prediction": "epsilon", "variance": "learned-range", "clip": 1},
    "super_res_scheduler": {"prediction": "epsilon", "variance": "fixed-small-log", "clip": 1},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    templates = {one.name: one for one in (*karlo.TEMPLATES, *clip_models.TEMPLATES)}
    assert COMPONENTS.keys() == KARLO_NETWORKS.keys()
    index = {"_class_name": "UnCLIPPipeline", "_diffusers_version": "0.12.0.dev0"}
    for seed, (component, name) in enumerate(COMPONENTS.items()):
        torch.manual_seed(seed)
        network = templates[name].build()
        if component == "prior":
            torch.nn.init.ones_(network.clip_std)
        save(network, folder / component)
        library = {"text_encoder": "transformers", "text_proj": "unclip"}.get(component, "diffusers")
        index[component] = [library, type(network).__name__]
        numbers = sum(value.numel() for value in network.parameters())
        print(f"{component}: {numbers:,} numbers", flush=True)
        del network
        gc.collect()
    for component, scheduler in SCHEDULERS.items():
        make_scheduler(COMMON | scheduler).save_pretrained(folder / component)
        index[component] = ["diffusers", "UnCLIPScheduler"]
    write_tokenizer(folder / "tokenizer")
    index["tokenizer"] = ["transformers", "CLIPTokenizer"]
    write_json(folder / "model_index.json", index)


if __name__ == "__main__":
    main()
