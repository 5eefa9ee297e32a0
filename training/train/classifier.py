"""Trains the classifier that judges generated pictures, on renders alone; `judge.classifier` measures it."""

import numpy as np
import torch
import torch.nn.functional as F

from training.data.attributes import COLUMNS, PLACE
from training.data.dataset import SceneData, load_scenes, to_model_range
from training.paths import TRAINING
from training.train.loop import Run, mark_done, parse_arguments
from training.train.networks.classifier_model import Classifier, classify


def augment(images: torch.Tensor, config: dict, rng: np.random.Generator) -> torch.Tensor:
    """Light blur and noise, the flaws that a generated picture may have: images [N, 3, 64, 64]."""
    blurred = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="reflect"), 3, 1)
    blur = torch.from_numpy(rng.random((len(images), 1, 1, 1)).astype(np.float32))
    images = torch.where(blur < config["blur"], blurred, images)
    deviation = torch.from_numpy(rng.uniform(0, config["noise"], (len(images), 1, 1, 1)).astype(np.float32))
    return images + deviation * torch.from_numpy(rng.standard_normal(images.shape, np.float32))


def accuracy(model: Classifier, data: SceneData) -> dict[str, float]:
    """Share of held-out renders read right, by column, among those that have it."""
    columns = [PLACE[name] for name in model.reads]
    truth = data.attributes[:, columns]
    right = classify(model, to_model_range(data.images)).numpy() == truth
    return {name: float(right[truth[:, k] >= 0, k].mean()) for k, name in enumerate(model.reads)}


def main() -> None:
    arguments, config = parse_arguments(__doc__, "classifier.json")
    device, rng = arguments.device, np.random.default_rng(config["seed"])
    data, held_out = load_scenes(TRAINING / config["data"]), load_scenes(TRAINING / config["data"], "validation")
    model = Classifier({name: list(COLUMNS[name]) for name in COLUMNS}, config["widths"], config["hidden"])
    run = Run({"classifier": model.to(device, memory_format=torch.channels_last)}, config, arguments)

    def loss_of_step(progress: float):
        rows = rng.integers(len(data.images), size=config["batch"])
        images = augment(to_model_range(data.images[rows]), config, rng).to(device)
        target = torch.from_numpy(data.attributes[rows]).to(device)
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            logits = model(images.contiguous(memory_format=torch.channels_last))
        losses = [F.cross_entropy(part.float(), target[:, k], label_smoothing=0.02, ignore_index=-1, reduction="sum") / len(rows)
                  for k, part in enumerate(logits.values())]
        loss = torch.stack(losses).sum()
        return loss, len(rows), {"loss": loss.item()}

    def on_sheet(label: str) -> None:
        """Accuracy on held-out renders."""
        scores = accuracy(run.emas["classifier"].module, held_out)
        print(f"sheet {label}: " + "  ".join(f"{name} {100 * value:.1f}" for name, value in scores.items()), flush=True)

    if run.train(loss_of_step, on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
