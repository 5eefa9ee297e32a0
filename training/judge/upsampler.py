"""Judges an upsampler beside plain bicubic enlargement on crops that nothing was trained on.

    python -m training.judge.upsampler 256 [--runs training/runs/1.0 | --pack packs/toybox] [--steps 7 15 27]

Prints the Frechet distance between native 64 px patches of outputs and of true renders (features of the classifier)
and PSNR on clean inputs, for the scheduler's own steps and for DDIM at eta 0. The split "upsampler" of scenes is used
here alone.
"""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.dataset import sample_crops, to_model_range
from training.data.png import contact_sheet, write_png
from training.judge.frechet import features, frechet_distance, patches
from training.paths import CLASSIFIER, CONFIGS, RUNS
from training.read_config import read_config
from training.train.config import UpsamplerConfig
from training.train.diffusion.sampling import counted_noise, ddim, make_scheduler, sample
from training.train.diffusion.schedule import alpha_bar_table
from training.train.networks.classifier_model import load_classifier
from training.train.networks.unclip_models import PixelUnshuffleUNet2DModel
from training.train.networks.weights import load_weights

BATCH = 16
SEED = 77


def load_upsampler(stage: str, folder: Path) -> tuple[PixelUnshuffleUNet2DModel, dict]:
    """An upsampler for evaluation and its scheduler's section, from a run's folder or a pack's."""
    config = read_config(CONFIGS / f"{stage}.json", UpsamplerConfig)
    model = PixelUnshuffleUNet2DModel(**asdict(config.model))
    load_weights(model, folder, stage)
    return model.eval().requires_grad_(False), asdict(config.scheduler)


def psnr(a: Tensor, b: Tensor) -> float:
    """Mean over pictures in [-1, 1], in decibels."""
    return (10 * torch.log10(4 / (a.clamp(-1, 1) - b).square().mean((1, 2, 3)))).mean().item()


def held_out(kind: str, count: int) -> tuple[Tensor, Tensor]:
    """True crops [count, 3, 128, 128] and the condition made from them."""
    large, small = sample_crops(kind, count, seed=SEED, split="upsampler")
    condition = F.interpolate(
        to_model_range(small), scale_factor=4, mode="bicubic", align_corners=False, antialias=True
    )
    return to_model_range(large), condition.clamp(-1, 1)


class Judged:
    """An upsampler with its scheduler's section; pictures are drawn in batches, seed i for picture i."""

    def __init__(self, stage: str, folder: Path):
        self.stage = stage
        self.model, self.section = load_upsampler(stage, folder)
        self.alpha_bar = alpha_bar_table()

    def predicted_x0(self, x_t: Tensor, condition: Tensor, t: int) -> Tensor:
        """The network's x_0, [N, 3, S, S]."""
        return self.model(torch.cat([x_t, condition], 1), t).sample

    def ancestral(self, condition: Tensor, steps: int) -> Tensor:
        """Pictures by the scheduler's own steps."""

        def draw(part: Tensor, seeds: list[int]) -> Tensor:
            predict = lambda x, t, last: self.predicted_x0(x, part, t)
            return sample(self.stage, make_scheduler(self.section), steps, tuple(part.shape[1:]), seeds, predict)

        return in_batches(condition, draw)

    def deterministic(self, condition: Tensor, steps: int) -> Tensor:
        """Pictures by DDIM at eta 0 on the same timesteps."""
        scheduler = make_scheduler(self.section)
        scheduler.set_timesteps(steps)
        alpha_bar, timesteps = self.alpha_bar.double().numpy(), scheduler.timesteps.tolist()

        def draw(part: Tensor, seeds: list[int]) -> Tensor:
            @torch.no_grad()
            def epsilon(x: np.ndarray, t: int) -> np.ndarray:
                x_t, a = torch.from_numpy(x).float(), self.alpha_bar[t]
                x0 = self.predicted_x0(x_t, part, t)
                return ((x_t - a.sqrt() * x0) / (1 - a).sqrt()).double().numpy()

            x_T = counted_noise(self.stage, tuple(part.shape[1:]), seeds, 0).double().numpy()
            x0 = ddim(alpha_bar, timesteps, x_T, epsilon, None, eta=0.0, clip_range=1.0)
            return torch.from_numpy(np.ascontiguousarray(x0)).float()

        return in_batches(condition, draw)


def in_batches(condition: Tensor, draw: Callable[[Tensor, list[int]], Tensor]) -> Tensor:
    """What `draw` makes of conditions [N, 3, S, S] and seeds, a batch at a time."""
    parts = enumerate(condition.split(BATCH))
    return torch.cat([draw(part, list(range(k * BATCH, k * BATCH + len(part)))) for k, part in parts])


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
    judged = Judged(stage, arguments.pack or arguments.runs / stage)
    truth, condition = held_out(arguments.kind, arguments.count)

    # What there is to compare with: bicubic enlargement, and how far true renders are from one another.
    classifier = load_classifier(CLASSIFIER)
    seen = lambda images: features(classifier, patches(images))
    of_truth, psnr_bicubic = seen(truth), psnr(condition, truth)
    bicubic = frechet_distance(of_truth, seen(condition))
    halves = frechet_distance(seen(truth[::2]), seen(truth[1::2]))
    print(
        f"seed {SEED}, {len(truth)} crops, {len(of_truth)} patches; bicubic: Frechet {bicubic:.4f}, "
        f"PSNR {psnr_bicubic:.2f} dB; true renders among themselves {halves:.4f}",
        flush=True,
    )

    # The upsampler, by the number of steps.
    for steps in arguments.steps:
        images, still = judged.ancestral(condition, steps), judged.deterministic(condition, steps)
        of_bicubic = [frechet_distance(of_truth, seen(x.clamp(-1, 1))) / bicubic for x in (images, still)]
        gain = psnr(still, truth) - psnr_bicubic
        print(
            f"{steps} steps: Frechet {of_bicubic[0]:.2f} of bicubic's, PSNR {psnr(images, truth):.2f} dB; "
            f"DDIM at eta 0: Frechet {of_bicubic[1]:.2f} of bicubic's, PSNR {psnr(still, truth):.2f} dB = {gain:+.2f}",
            flush=True,
        )
    if arguments.sheet:
        write_png(arguments.sheet, contact_sheet([condition[:8], images[:8], truth[:8]], scale=2))


if __name__ == "__main__":
    main()
