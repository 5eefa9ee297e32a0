"""Measures a trained classifier on held-out renders and makes it the judge: `python -m training.judge.classifier`.

Copies the weights of a finished run to `training/classifier` and writes `accuracy.json` beside them: the share read
right of each attribute, and its answers to the questions that `judge.pack` asks.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch

from training.data.dataset import load_scenes
from training.judge.answers import counted, judge_renders
from training.paths import CLASSIFIER, RUNS, SCENES
from training.train.classifier import accuracy
from training.train.networks.classifier_model import load_classifier


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=RUNS / "classifier")
    parser.add_argument("--data", type=Path, default=SCENES)
    parser.add_argument("--out", type=Path, default=CLASSIFIER)
    arguments = parser.parse_args()
    # Weights as stored are what is measured, on scenes that nothing was chosen by.
    judge, unseen = load_classifier(arguments.run / "classifier"), load_scenes(arguments.data, "evaluation")
    steps = torch.load(arguments.run / "checkpoint.pt", weights_only=True)["done"]["steps"]
    questions = {kind: counted(answers) for kind, answers in judge_renders(judge, unseen).items()}
    metrics = {
        "held_out_renders": len(unseen.images),
        "steps": steps,
        "accuracy": accuracy(judge, unseen),
        "questions": questions,
    }
    shutil.copytree(arguments.run / "classifier", arguments.out, dirs_exist_ok=True)
    (arguments.out / "accuracy.json").write_text(json.dumps(metrics, indent=1) + "\n")
    print(json.dumps(metrics, indent=1), flush=True)


if __name__ == "__main__":
    main()
