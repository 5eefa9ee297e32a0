"""Makes safetensors of a pickle of weights: `python -m training.export.safetensors_of FILE`.

Only tensors are read (`weights_only`): a pickle that would run code is refused by torch.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

# What trainers call the weights that one draws with; averaged ones first.
KEYS = ("state_dict", "ema_model", "model", "ema")


def weights_of(content: object) -> dict[str, torch.Tensor]:
    """The tensors of a state dict, or of the one inside a trainer's checkpoint; ValueError if there is none."""
    while isinstance(content, dict):
        if content and all(isinstance(value, torch.Tensor) for value in content.values()):
            # safetensors stores no tensor twice and no view.
            return {name: value.detach().cpu().clone().contiguous() for name, value in content.items()}
        content = next((content[key] for key in KEYS if key in content), None)
    raise ValueError("no state dict: neither the file nor its state_dict, ema_model, model or ema holds tensors alone")


def convert(path: Path) -> Path:
    """Writes the safetensors beside the pickle, under the name that diffusers or transformers would give it."""
    stem = "model" if path.stem == "pytorch_model" else path.stem
    target = path.with_name(f"{stem}.safetensors")
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    weights = weights_of(torch.load(path, map_location="cpu", weights_only=True))
    save_file(weights, target, metadata={"format": "pt"})
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    print(f"wrote {convert(parser.parse_args().file)}")


if __name__ == "__main__":
    main()
