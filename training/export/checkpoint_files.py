"""The files that stand beside weights in the folders of diffusers and transformers."""

import json
from pathlib import Path

import torch

from training.train.tokenizer_bpe import BOS, EOS


def write_json(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_tokenizer(folder: Path, vocabulary: dict[str, int], merges: list, context_length: int) -> None:
    """A byte-pair encoder in the files of `CLIPTokenizer`, as published before tokenizers had one file."""
    write_json(folder / "vocab.json", dict(sorted(vocabulary.items(), key=lambda entry: entry[1])))
    lines = [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *lines]) + "\n")
    names = {"bos_token": BOS, "eos_token": EOS, "unk_token": EOS, "pad_token": EOS}
    write_json(folder / "special_tokens_map.json", names)
    told = {
        "tokenizer_class": "CLIPTokenizer",
        "do_lower_case": True,
        "errors": "replace",
        "model_max_length": context_length,
    }
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
