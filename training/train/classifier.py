"""Trains the classifier that judges generated pictures, on renders alone; `judge.classifier` measures it.

python -m training.train.classifier [--resume] [--stop-after MINUTES]
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.attributes import ABSENT, COLUMNS, PLACE
from training.data.dataset import SceneData, load_scenes, to_model_range
from training.paths import TRAINING
from training.train.command_line import Arguments, parse_arguments
from training.train.config import ClassifierConfig
from training.train.loop import Run, Step, StepLoss, half_precision, mark_done
from training.train.networks.classifier_model import Classifier, classify

LABEL_SMOOTHING = 0.02


def augment(images: Tensor, config: ClassifierConfig, rng: np.random.Generator) -> Tensor:
    """Light blur and noise, the flaws that a generated picture may have: images [N, 3, 64, 64]."""
    blurred = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="reflect"), 3, 1)
    blur = torch.from_numpy(rng.random((len(images), 1, 1, 1)).astype(np.float32))
    images = torch.where(blur < config.blur, blurred, images)
    deviation = torch.from_numpy(rng.uniform(0, config.noise, (len(images), 1, 1, 1)).astype(np.float32))
    return images + deviation * torch.from_numpy(rng.standard_normal(images.shape, np.float32))


def accuracy(model: Classifier, data: SceneData) -> dict[str, float]:
    """Share of renders read right, by column, among those that have it; without the columns that none has."""
    columns = [PLACE[name] for name in model.reads]
    truth = data.attributes[:, columns]
    right = classify(model, to_model_range(data.images)).numpy() == truth
    there = truth >= 0
    return {name: float(right[there[:, k], k].mean()) for k, name in enumerate(model.reads) if there[:, k].any()}


@dataclass(frozen=True)
class ClassifierTrainer:
    """The loss and the sheets of one run."""

    config: ClassifierConfig
    device: str
    scenes: SceneData
    held_out: SceneData
    run: Run

    def loss_of_step(self, step: Step) -> StepLoss:
        """Cross entropy of every column that a scene has, summed over columns."""
        # A batch of pictures with the flaws of generated ones, and their attributes [N, 27].
        rows = step.rng.integers(len(self.scenes.images), size=self.config.batch)
        images = augment(to_model_range(self.scenes.images[rows]), self.config, step.rng).to(self.device)
        attributes = torch.from_numpy(self.scenes.attributes[rows]).to(self.device)

        with half_precision(self.device):
            logits = self.run.modules["classifier"](images.contiguous(memory_format=torch.channels_last))
        losses = [
            F.cross_entropy(
                of_column.float(),
                attributes[:, k],
                label_smoothing=LABEL_SMOOTHING,
                ignore_index=ABSENT,
                reduction="sum",
            )
            / len(rows)
            for k, of_column in enumerate(logits.values())
        ]
        loss = torch.stack(losses).sum()
        return StepLoss(loss, len(rows), {"loss": loss.item()})

    def on_sheet(self, label: str) -> None:
        """Accuracy on held-out renders."""
        scores = accuracy(self.run.averages["classifier"], self.held_out)
        print(f"sheet {label}: " + "  ".join(f"{name} {100 * value:.1f}" for name, value in scores.items()), flush=True)


def train_classifier(
    config: ClassifierConfig, arguments: Arguments, scenes: SceneData, held_out: SceneData
) -> Classifier | None:
    """Trains a network that reads every column of an attribute row; None if `--stop-after` ended it before."""
    reads = {name: list(values) for name, values in COLUMNS.items()}
    model = Classifier(reads, config.widths, config.hidden).to(arguments.device, memory_format=torch.channels_last)
    run = Run({"classifier": model}, config, arguments)
    trainer = ClassifierTrainer(config, arguments.device, scenes, held_out, run)
    return run.averages["classifier"] if run.train(trainer.loss_of_step, trainer.on_sheet) else None


def main() -> None:
    arguments, config = parse_arguments(__doc__, "classifier.json", ClassifierConfig)
    # Renders to learn from, and others to look at now and then.
    folder = TRAINING / config.data
    if train_classifier(config, arguments, load_scenes(folder), load_scenes(folder, "validation")):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
