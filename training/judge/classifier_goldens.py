"""Writes test/parity/goldens/classifier.json: what torch's classifier makes of a render, and `judge` of readings.

`python -m training.judge.classifier_goldens` after every export of the classifier; needs no rendered scenes.
"""

import base64
import json
import zlib

import numpy as np
import torch

from training.data.arrange import sample_scene
from training.data.attributes import ABSENT, COLUMNS
from training.data.captions import caption
from training.data.dataset import render_split, to_model_range
from training.export.classifier import Reading
from training.judge.answers import KINDS, judge
from training.paths import CLASSIFIER, GOLDENS
from training.train.networks.classifier_model import load_classifier

SEED, SCENES_ASKED, WRONG = 2025, 45, 0.2
# The columns that the judge looks at: of the scene, and of two solids.
READ = list(COLUMNS)[:15]
# What `evaluate.read` calls the judge's questions.
QUESTIONS = {"solid 1": "shape", "colour 1": "colour", "size 1": "size", "material 1": "material", "both": "binding"}


def array(values: torch.Tensor) -> dict:
    """An array as goldens/README.md has it."""
    return {"shape": list(values.shape), "float32": base64.b64encode(values.numpy().tobytes()).decode()}


def kind_of(row: dict[str, int]) -> str | None:
    """The kind of caption that the judge takes for a scene, if any."""
    if row["word"]:
        return "word"
    return KINDS[row["count"] - 1] if row["count"] in (1, 2) else None


def asked(index: int, rng: np.random.Generator) -> dict | None:
    """A scene's caption, labels as they might be read, and the judge's answers; None if it takes no such scene."""
    truth = np.array(sample_scene(SEED, "evaluation", index).attribute_row())
    kind = kind_of(dict(zip(COLUMNS, truth, strict=True)))
    if kind is None:
        return None
    found = {}
    for (name, values), value in zip(COLUMNS.items(), truth, strict=True):
        wrong = value == ABSENT or rng.random() < WRONG
        found[name] = int(rng.integers(len(values))) if wrong else int(value)
    if kind == "two" and rng.random() < 0.3:
        for name in ("solid", "colour"):
            found[f"{name} 1"], found[f"{name} 2"] = found[f"{name} 2"], found[f"{name} 1"]
    answers = judge(kind, {name: torch.tensor([value]) for name, value in found.items()}, torch.from_numpy(truth)[None])
    return {
        "caption": caption(truth, rng, full=True),
        "found": "|".join(str(COLUMNS[name][found[name]]) for name in READ),
        "right": [QUESTIONS.get(name, name) for name, right in answers.items() if right],
        "wrong": [QUESTIONS.get(name, name) for name, right in answers.items() if not right],
    }


@torch.no_grad()
def main() -> None:
    model, rng = load_classifier(CLASSIFIER), np.random.default_rng(SEED)
    images = render_split(SEED, "evaluation", 0, 1, 64, 2).images
    features, *logits = Reading(model)(to_model_range(images))
    golden = {
        "read": READ,
        "pixels": base64.b64encode(zlib.compress(images.tobytes(), 9)).decode(),
        "features": array(features),
        "logits": {name: array(values) for name, values in zip(model.reads, logits, strict=True)},
        "asked": [one for index in range(SCENES_ASKED) if (one := asked(index, rng))],
    }
    (GOLDENS / "classifier.json").write_text(json.dumps(golden) + "\n")
    print(f"seed {SEED}: {len(golden['asked'])} captions")


if __name__ == "__main__":
    main()
