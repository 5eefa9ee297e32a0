"""An independent judge of pictures: reads the attributes from 64 px, trained on renders alone, never on CLIP."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from .attributes import ATTRIBUTES


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class Classifier(nn.Module):
    """Images [N, 3, 64, 64] in [-1, 1] to logits, one tensor [N, values] an attribute."""

    def __init__(self, widths: tuple[int, ...] = (24, 48, 72, 96)):
        super().__init__()
        self.body = nn.Sequential(*(_block(a, b) for a, b in zip((3, *widths), widths)))
        self.heads = nn.ModuleDict(
            {name: nn.Linear(widths[-1] * 16, len(values)) for name, values in ATTRIBUTES.items()})

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        features = self.body(images).flatten(1)
        return {name: head(features) for name, head in self.heads.items()}


@torch.no_grad()
def classify(model: Classifier, images: Tensor) -> Tensor:
    """The likeliest value of every attribute: int64 [N, 6], columns in the order of ATTRIBUTES."""
    model.eval()
    return torch.cat([
        torch.stack([logits.argmax(1) for logits in model(part).values()], 1) for part in images.split(500)])


def save_classifier(model: Classifier, folder: Path, metrics: dict) -> None:
    """Weights in half precision, the measured accuracy beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in model.state_dict().items()}
    save_file(state, folder / "classifier.safetensors")
    (folder / "accuracy.json").write_text(json.dumps(metrics, indent=1) + "\n")


def load_classifier(folder: str | Path) -> Classifier:
    """The trained classifier, in single precision and evaluation mode."""
    model = Classifier()
    state = load_file(Path(folder) / "classifier.safetensors")
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state.items()})
    return model.eval()
