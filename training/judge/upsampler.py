"""Judges an upsampler beside plain bicubic enlargement on crops that nothing was trained on.

    python -m training.judge.upsampler 256 [--runs training/runs/1.0 | --pack packs/toybox] [--steps 7 15 27]

Prints the Frechet distance between native 64 px patches of outputs and of true renders (features of the classifier) and
PSNR on clean inputs, for the scheduler's own steps and for DDIM at eta 0. The split "upsampler" of scenes is used here alone.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from training.data.dataset import sample_crops, to_model_range
from training.data.png import contact_sheet, write_png
from training.judge.frechet import features, frechet_distance, patches
from training.paths import CLASSIFIER, CONFIGS, RUNS
from training.train.diffusion.sampling import counted_noise, ddim, make_scheduler, sample
from training.train.diffusion.schedule import alpha_bar_table
from training.train.loop import load_weights
from training.train.networks.classifier_model import load_classifier
from training.train.networks.unclip_models import PixelUnshuffleUNet2DModel

BATCH = 16


def load_upsampler(stage: str, folder: Path) -> tuple[PixelUnshuffleUNet2DModel, dict]:
    """An upsampler for evaluation and its scheduler's section, from a run's folder or a pack's."""
    config = json.loads((CONFIGS / f"{stage}.json").read_text())
    model = PixelUnshuffleUNet2DModel(**config["model"])
    load_weights(model, folder, stage)
    return model.eval().requires_grad_(False), config["scheduler"]


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    """Mean over pictures in [-1, 1], in decibels."""
    return (10 * torch.log10(4 / (a.clamp(-1, 1) - b).square().mean((1, 2, 3)))).mean().item()


def held_out(kind: str, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """True crops [count, 3, 128, 128] and the condition made from them."""
    large, small = sample_crops(kind, count, seed=77, split="upsampler")
    condition = F.interpolate(to_model_range(small), scale_factor=4, mode="bicubic", align_corners=False, antialias=True)
    return to_model_range(large), condition.clamp(-1, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["256", "1024"])
    parser.add_argument("--runs", type=Path, default=RUNS)
    parser.add_argument("--pack", type=Path, help="judge the stage of this pack instead of the run's")
    parser.add_argument("--steps", type=int, nargs="+", default=[7, 15, 27])
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--sheet", type=Path, help="draw condition, output and truth of eight crops")
    arguments = parser.parse_args()
    stage = f"upsampler-{arguments.kind}"
    model, section = load_upsampler(stage, arguments.pack or arguments.runs / stage)
    classifier, (truth, condition) = load_classifier(CLASSIFIER), held_out(arguments.kind, arguments.count)
    true_features = features(classifier, patches(truth))
    bicubic, clean = frechet_distance(true_features, features(classifier, patches(condition))), psnr(condition, truth)
    halves = frechet_distance(features(classifier, patches(truth[::2])), features(classifier, patches(truth[1::2])))
    print(f"seed 77, {len(truth)} crops, {len(true_features)} patches; bicubic: Frechet {bicubic:.4f}, PSNR {clean:.2f} dB; true renders among themselves {halves:.4f}", flush=True)
    alpha_bar = alpha_bar_table()
    for steps in arguments.steps:
        outputs, still = [], []
        for start in range(0, len(truth), BATCH):
            part = condition[start : start + BATCH]
            seeds = list(range(start, start + len(part)))
            denoise = lambda x, t, last=None: model(torch.cat([x, part], 1), t).sample
            outputs.append(sample(stage, make_scheduler(section), steps, tuple(part.shape[1:]), seeds, denoise))

            def epsilon(x, t):
                noisy = torch.from_numpy(x).float()
                with torch.no_grad():
                    x0 = denoise(noisy, t)
                a = alpha_bar[t]
                return ((noisy - a.sqrt() * x0) / (1 - a).sqrt()).double().numpy()

            scheduler = make_scheduler(section)
            scheduler.set_timesteps(steps)
            first = counted_noise(stage, tuple(part.shape[1:]), seeds, 0).double().numpy()
            x0 = ddim(alpha_bar.double().numpy(), scheduler.timesteps.tolist(), first, epsilon, None, eta=0.0, clip_range=1.0)
            still.append(torch.from_numpy(np.ascontiguousarray(x0)).float())
        images, still = torch.cat(outputs), torch.cat(still)
        shares = [frechet_distance(true_features, features(classifier, patches(x.clamp(-1, 1)))) / bicubic for x in (images, still)]
        print(f"{steps} steps: Frechet {shares[0]:.2f} of bicubic's, PSNR {psnr(images, truth):.2f} dB; "
              f"DDIM at eta 0: Frechet {shares[1]:.2f} of bicubic's, PSNR {psnr(still, truth):.2f} dB = {psnr(still, truth) - clean:+.2f}", flush=True)
    if arguments.sheet:
        write_png(arguments.sheet, contact_sheet([condition[:8], images[:8], truth[:8]], scale=2))


if __name__ == "__main__":
    main()
