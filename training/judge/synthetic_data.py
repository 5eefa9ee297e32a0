"""What synthetic data is worth: trains the classifier on renders, on synthetic pictures and on both, for equally many
steps, and prints how often each reads other renders right.

python -m training.judge.synthetic_data training/sets/one-solid training/sets/synthetic [--steps 400] [--seeds 3 4]

The folders are those of `data.one_solid` and `data.webdataset`. A process that was stopped goes on where it was.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.data.dataset import SceneData, load_scenes, to_model_range
from training.judge.answers import judge, read, wilson
from training.paths import CONFIGS, TRAINING
from training.read_config import read_config
from training.train.classifier import train_classifier
from training.train.command_line import Arguments
from training.train.config import ClassifierConfig
from training.train.networks.classifier_model import Classifier

QUESTIONS = ("colour 1", "solid 1", "size 1", "material 1", "floor", "time")


def joined(first: SceneData, second: SceneData) -> SceneData:
    """The scenes of both."""
    return SceneData(
        np.concatenate([first.images, second.images]), np.concatenate([first.attributes, second.attributes])
    )


def answered(classifier: Classifier, test: SceneData) -> dict[str, Tensor]:
    """Question to whether it is answered right, and "all" to whether all are, bool [N]."""
    answers = judge("one", read(classifier, to_model_range(test.images)), torch.from_numpy(test.attributes))
    asked = {question: answers[question] for question in QUESTIONS}
    return asked | {"all": torch.stack(list(asked.values())).all(0)}


def table_line(name: str, seed: int, answers: dict[str, Tensor]) -> str:
    """Shares right in percent with their 95 % Wilson intervals, as a row of Markdown."""
    cells = []
    for right in answers.values():
        low, high = wilson(int(right.sum()), len(right))
        cells.append(f"{100 * right.float().mean():.1f} ({100 * low:.1f} to {100 * high:.1f})")
    return "| " + " | ".join([name, str(seed), *cells]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("renders", type=Path)
    parser.add_argument("synthetic", type=Path)
    parser.add_argument("--steps", type=int, default=400, help="of each training")
    parser.add_argument("--seeds", type=int, nargs="+", default=[3], help="of the first weights and all that is drawn")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, default=TRAINING / "runs/synthetic-data", help="folder of the runs")
    arguments = parser.parse_args()

    # As many renders as there are synthetic pictures.
    synthetic = load_scenes(arguments.synthetic)
    renders = load_scenes(arguments.renders, limit=len(synthetic.images))
    if len(renders.images) < len(synthetic.images):
        parser.error(f"{len(synthetic.images)} synthetic pictures, but {len(renders.images)} renders: render more")
    seen, test = load_scenes(arguments.renders, "validation"), load_scenes(arguments.renders, "evaluation")
    sets = {"renders": renders, "synthetic": synthetic, "both": joined(renders, synthetic)}

    # The same network on each of them.
    config = read_config(CONFIGS / "classifier.json", ClassifierConfig)
    lines = []
    for seed in arguments.seeds:
        for name, scenes in sets.items():
            out = arguments.out / f"{name}-{seed}"
            torch.manual_seed(seed)
            told = Arguments(arguments.steps, None, None, None, resume=True, device=arguments.device, out=out)
            classifier = train_classifier(replace(config, seed=seed), told, scenes, seen)
            lines.append(table_line(f"{name}, {len(scenes.images)}", seed, answered(classifier, test)))

    print(f"\n{len(test.images)} other renders, {arguments.steps} steps of {config.batch}:\n")
    print("| trained on | seed | " + " | ".join([*QUESTIONS, "all"]) + " |")
    print("|" + " --- |" * (len(QUESTIONS) + 3))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
