"""Writes test/fixtures/checkpoints: the random pack's networks as public checkpoints lie on a disk.

`python -m training.export.small_checkpoints`, after `random_pack`. `small-karlo` is a folder of `UnCLIPPipeline` in the
layout of Karlo's repository, `small-clip` one of transformers' `CLIPModel` with both towers in one file.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import ModelMixin
from transformers import CLIPConfig, CLIPModel

from training.export.pack import finisher_of
from training.export.random_goldens import load_models
from training.export.random_models import BOS, EOS, MERGES, T, tiny_tokenizer
from training.paths import CHECKPOINTS, RANDOM_PACK
from training.train.diffusion.sampling import make_scheduler

# Folder of Karlo's repository to stage of the pack.
KARLO_NETWORKS = {
    "text_encoder": "clip-text",
    "prior": "prior",
    "text_proj": "decoder-condition",
    "decoder": "decoder",
    "super_res_first": "upsampler-256",
    "super_res_last": "upsampler-256-last",
}
KARLO_SCHEDULERS = {"prior_scheduler": "prior", "decoder_scheduler": "decoder", "super_res_scheduler": "upsampler-256"}


def write_json(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_tokenizer(folder: Path) -> None:
    """The tiny tokenizer in the files of `CLIPTokenizer`, as published before tokenizers had one file."""
    vocabulary = tiny_tokenizer().get_vocab()
    write_json(folder / "vocab.json", dict(sorted(vocabulary.items(), key=lambda entry: entry[1])))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *MERGES]) + "\n")
    names = {"bos_token": BOS, "eos_token": EOS, "unk_token": EOS, "pad_token": EOS}
    write_json(folder / "special_tokens_map.json", names)
    told = {"tokenizer_class": "CLIPTokenizer", "do_lower_case": True, "errors": "replace", "model_max_length": T}
    write_json(folder / "tokenizer_config.json", told | names)


def preprocessing(size: int) -> dict:
    """A `preprocessor_config.json` with which pixels are in [-1, 1]."""
    return {
        "feature_extractor_type": "CLIPFeatureExtractor",
        "image_processor_type": "CLIPImageProcessor",
        "crop_size": size,
        "do_center_crop": True,
        "do_normalize": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "resample": 3,
        "size": size,
    }


def save(network: torch.nn.Module, folder: Path) -> None:
    """The network's own files; no trace of where it was loaded from."""
    network.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    config.pop("_name_or_path", None)
    write_json(folder / "config.json", config)


def write_karlo(folder: Path, models: dict, manifest: dict) -> None:
    """A folder of `UnCLIPPipeline`; its index is Karlo's own, which names the module of the pipeline's time."""
    stages = manifest["stages"]
    assert finisher_of(stages, "upsampler-256") == "upsampler-256-last"
    index = {"_class_name": "UnCLIPPipeline", "_diffusers_version": "0.12.0.dev0", "tokenizer": None}
    for component, stage in KARLO_NETWORKS.items():
        network = models[stage]
        save(network, folder / component)
        library = "diffusers" if isinstance(network, ModelMixin) else "transformers"
        index[component] = ["unclip" if component == "text_proj" else library, type(network).__name__]
    for component, stage in KARLO_SCHEDULERS.items():
        make_scheduler(stages[stage]["scheduler"]).save_pretrained(folder / component)
        index[component] = ["diffusers", "UnCLIPScheduler"]
    index["tokenizer"] = ["transformers", "CLIPTokenizer"]
    write_tokenizer(folder / "tokenizer")
    write_json(folder / "model_index.json", index)


def write_clip(folder: Path, text: torch.nn.Module, image: torch.nn.Module) -> None:
    """A folder of `CLIPModel`."""
    config = CLIPConfig(
        text_config=text.config.to_dict(),
        vision_config=image.config.to_dict(),
        projection_dim=text.config.projection_dim,
    )
    network = CLIPModel(config)
    weights = text.state_dict() | image.state_dict()
    rest = network.load_state_dict(weights, strict=False)
    assert rest.missing_keys == ["logit_scale"] and not rest.unexpected_keys
    save(network, folder)
    write_json(folder / "preprocessor_config.json", preprocessing(image.config.image_size))
    write_tokenizer(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=CHECKPOINTS)
    arguments = parser.parse_args()
    models, manifest = load_models(RANDOM_PACK)
    for name in ("small-karlo", "small-clip"):
        shutil.rmtree(arguments.out / name, ignore_errors=True)
    write_karlo(arguments.out / "small-karlo", models, manifest)
    write_clip(arguments.out / "small-clip", models["clip-text"], models["clip-image"])
    files = [path for path in arguments.out.rglob("*") if path.is_file()]
    print(f"wrote {len(files)} files, {sum(path.stat().st_size for path in files) / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
