"""An independent judge of pictures: reads the attributes from 64 px, trained on renders alone, never on CLIP."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class Classifier(nn.Module):
    """Images [N, 3, 64, 64] in [-1, 1] to logits, one tensor [N, values] a column of `reads`.

    reads: the columns of COLUMNS that it judges, each with its values. hidden: width of a layer before the heads, 0
    for none.
    """

    def __init__(self, reads: dict[str, list], widths: tuple[int, ...] = (24, 48, 72, 96), hidden: int = 0):
        super().__init__()
        self.reads, self.widths, self.hidden = reads, tuple(widths), hidden
        self.body = nn.Sequential(*(_block(a, b) for a, b in zip((3, *widths), widths)))
        self.neck = nn.Sequential(nn.Linear(widths[-1] * 16, hidden), nn.ReLU()) if hidden else nn.Identity()
        self.heads = nn.ModuleDict(
            {name: nn.Linear(hidden or widths[-1] * 16, len(values)) for name, values in reads.items()}
        )

    def features(self, images: Tensor) -> Tensor:
        """What the heads read, [N, F]: also the space of Frechet distances."""
        return self.neck(self.body(images).flatten(1))

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        features = self.features(images)
        return {name: head(features) for name, head in self.heads.items()}

    def save_pretrained(self, folder: Path) -> None:
        """Weights in half precision, and what they are of in classifier.json."""
        folder.mkdir(parents=True, exist_ok=True)
        state = {k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in self.state_dict().items()}
        save_file(state, folder / "classifier.safetensors")
        (folder / "classifier.json").write_text(
            json.dumps({"widths": self.widths, "hidden": self.hidden, "reads": self.reads}, indent=1) + "\n"
        )


@torch.no_grad()
def classify(model: Classifier, images: Tensor) -> Tensor:
    """The likeliest value of every column that the model reads: int64 [N, columns], in the order of
    `model.reads`, on the CPU.
    """
    model.eval()
    device = next(model.parameters()).device
    return torch.cat(
        [
            torch.stack([logits.argmax(1) for logits in model(part.to(device)).values()], 1).cpu()
            for part in images.split(500)
        ]
    )


def load_classifier(folder: str | Path) -> Classifier:
    """The trained classifier, in single precision and evaluation mode."""
    described = json.loads((Path(folder) / "classifier.json").read_text())
    model = Classifier(described["reads"], described["widths"], described["hidden"])
    state = load_file(Path(folder) / "classifier.safetensors")
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state.items()})
    return model.eval()
