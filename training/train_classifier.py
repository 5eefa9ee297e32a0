"""Trains the independent classifier on renders and states its accuracy on held-out renders.

    python train_classifier.py [--config configs/classifier.json] [--device cpu] [--minutes 3] [--steps N]
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from clipwork_training.attributes import ATTRIBUTES
from clipwork_training.classifier import Classifier, classify, load_classifier, save_classifier
from clipwork_training.dataset import load_scenes, to_model_range

ROOT = Path(__file__).parent


def augment(images: torch.Tensor, config: dict, rng: np.random.Generator) -> torch.Tensor:
    """Flips, light blur and noise, the flaws that a generated picture may have: images [N, 3, 64, 64]."""
    flip = torch.from_numpy(rng.random(len(images)) < 0.5)
    images[flip] = images[flip].flip(-1)
    blurred = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="reflect"), 3, 1)
    blur = torch.from_numpy(rng.random((len(images), 1, 1, 1)).astype(np.float32))
    images = torch.where(blur < config["blur"], blurred, images)
    deviation = torch.from_numpy(rng.uniform(0, config["noise"], (len(images), 1, 1, 1)).astype(np.float32))
    return images + deviation * torch.from_numpy(rng.standard_normal(images.shape, np.float32))


def accuracy(model, data) -> dict:
    """Share of held-out renders read right, by attribute, and all attributes at once."""
    right = classify(model, to_model_range(data.images)).numpy() == data.attributes
    return dict(zip(ATTRIBUTES, right.mean(0).tolist())) | {
        "solid and colour": float(right[:, :2].all(1).mean()), "all": float(right.all(1).mean())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=ROOT / "configs/classifier.json")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    config = json.loads(args.config.read_text())
    config |= {key: value for key in ("minutes", "steps") if (value := getattr(args, key)) is not None}
    print("seed", config["seed"], flush=True)
    torch.manual_seed(config["seed"])
    rng = np.random.default_rng(config["seed"])
    data = load_scenes(ROOT / config["data"])
    model = Classifier().to(args.device).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.0, weight_decay=config["weight_decay"])
    begin, step, done = time.time(), 0, 0.0
    while (done := max(step / config["steps"], (time.time() - begin) / 60 / config["minutes"])) < 1:
        for group in optimiser.param_groups:
            group["lr"] = config["learning_rate"] * min(1, done * 20 + 0.02) * 0.5 * (1 + math.cos(math.pi * done))
        rows = rng.integers(len(data.images), size=config["batch"])
        images = augment(to_model_range(data.images[rows]), config, rng).to(args.device)
        target = torch.from_numpy(data.attributes[rows]).to(args.device)
        with torch.autocast(torch.device(args.device).type, torch.bfloat16):
            logits = model(images.contiguous(memory_format=torch.channels_last))
        loss = sum(F.cross_entropy(part.float(), target[:, k], label_smoothing=0.02)
                   for k, part in enumerate(logits.values()))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        step += 1
        if step % 50 == 0:
            print(f"{done:6.1%} step {step} loss {loss.item():.3f}", flush=True)
    folder = ROOT / config["output"]
    held_out = load_scenes(ROOT / config["data"], "evaluation")
    save_classifier(model.cpu(), folder, {})
    metrics = {"held_out_renders": len(held_out.images), "steps": step, "accuracy": accuracy(load_classifier(folder), held_out)}
    save_classifier(model, folder, metrics)
    print(json.dumps(metrics, indent=1))


if __name__ == "__main__":
    main()
