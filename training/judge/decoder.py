"""Judges a decoder at 64 px on scenes that nothing was trained on.

    python -m training.judge.decoder FOLDER --out OUT [--config training/configs/decoder-2.json] [--device cuda]

FOLDER is a run's or a pack's. Of held-out scenes it prints

- denoised: PSNR of x_0, guessed in one step from true renders noised to t, with their own embeddings and captions;
- drawn again: the same after several steps of DDIM, which shows what a sampler makes of an outline that it is shown;
- one, two, word: how often the classifier reads what the captions say in pictures drawn from them by way of the pack's
  prior, how far these are from the true renders of the same captions (Frechet distance of whole pictures and of fine
  structure), and the coherent pattern of two pixels.

Sheets show the true renders above what was drawn from their captions.
"""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers.pipelines.deprecated.unclip import UnCLIPTextProjModel
from torch import Tensor

from training.data.captions import caption
from training.data.dataset import SceneData, load_scenes, to_model_range
from training.data.png import contact_sheet, write_png
from training.judge.answers import KINDS, choose, judge, read, shown
from training.judge.frechet import features, fine_features, frechet_distance
from training.judge.pack_runtime import Pack
from training.paths import CLASSIFIER, CONFIGS, SCENES, TOYBOX
from training.read_config import read_config
from training.train.config import DecoderConfig
from training.train.decoder import begin_with, build, project
from training.train.diffusion.sampling import counted_noise, ddim, guided, make_scheduler, sample
from training.train.diffusion.schedule import add_noise, alpha_bar_table
from training.train.frozen_clip import FrozenClip
from training.train.networks.classifier_model import load_classifier
from training.train.networks.unclip_models import PixelUnshuffleUNet2DConditionModel

CAPTION_SEED = 5
NOISED_TO = (50, 150, 250, 350, 450, 600, 800)
REDRAWN = ((150, 100, 50, 0), (300, 240, 180, 120, 60, 0), (450, 375, 300, 225, 150, 75, 0))
IN_A_ROW, ON_A_SHEET = 12, 48

Parts = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True)
class Drawer:
    """A decoder and its condition on `clip.device`; pictures are on the CPU, in [-1, 1]."""

    config: DecoderConfig
    clip: FrozenClip
    decoder: PixelUnshuffleUNet2DConditionModel
    condition: UnCLIPTextProjModel
    alpha_bar: Tensor

    def told(self, z: Tensor, captions: list[str]) -> Parts:
        """Context, time and mask of embeddings [N, D] and captions."""
        return project(self.condition, z.to(self.clip.device), self.clip.encode_text(captions))

    def output(self, x: Tensor, t: int, parts: Parts) -> Tensor:
        """The network's epsilon and variance [N, 6, S, S]."""
        context, time, mask = parts
        x = x.to(self.clip.device)
        return self.decoder(x, t, context, class_labels=time, attention_mask=mask).sample.cpu()

    def guessed(self, x: Tensor, t: int, parts: Parts) -> Tensor:
        """x_0 in one step, without guidance."""
        a = self.alpha_bar[t]
        return (x - (1 - a).sqrt() * self.output(x, t, parts)[:, :3]) / a.sqrt()

    def redrawn(self, x: Tensor, timesteps: tuple[int, ...], parts: Parts) -> Tensor:
        """x_0 by DDIM at eta 0 from x at the first of the timesteps, without guidance."""

        def predict(x: np.ndarray, t: int) -> np.ndarray:
            return self.output(torch.from_numpy(x).float(), t, parts)[:, :3].double().numpy()

        alpha_bar = self.alpha_bar.double().numpy()
        x0 = ddim(alpha_bar, list(timesteps), x.double().numpy(), predict, None, eta=0.0, clip_range=1.0)
        return torch.from_numpy(np.ascontiguousarray(x0)).float()

    def drawn(self, z: Tensor, captions: list[str], seeds: list[int]) -> Tensor:
        """Pictures as a run of the pack draws them, at the configuration's steps and guidance."""
        config, count = self.config, len(z)
        null = self.condition.learned_classifier_free_guidance_embeddings[None].expand(count, -1)
        pairs = zip(self.told(null, [""] * count), self.told(z, captions), strict=True)
        parts = tuple(torch.cat(pair) for pair in pairs)

        def predict(x: Tensor, t: int, last: bool) -> Tensor:
            unconditional, conditional = self.output(torch.cat([x, x]), t, parts).chunk(2)
            return guided(unconditional, conditional, config.guidance_scale, channels=3)

        shape, scheduler = (3, config.decoder.sample_size, config.decoder.sample_size), asdict(config.scheduler)
        return sample("decoder", make_scheduler(scheduler), config.sheet_steps, shape, seeds, predict).clamp(-1, 1)


def load_drawer(folder: Path, config: DecoderConfig, clip: FrozenClip) -> Drawer:
    """The decoder of a run's or a pack's folder. ValueError if the configuration has parameters that it lacks."""
    decoder, condition = build(config)
    if new := begin_with(folder, decoder, condition):
        raise ValueError(f"{folder} lacks {new[0]} and {len(new) - 1} others of this configuration")
    for model in (decoder, condition):
        model.eval().requires_grad_(False).to(clip.device)
    return Drawer(config, clip, decoder, condition, alpha_bar_table())


def psnr(images: Tensor, truth: Tensor) -> float:
    """Of the mean square over all pictures in [-1, 1], in decibels."""
    return (10 * torch.log10(4 / (images.clamp(-1, 1) - truth).square().mean())).item()


def grid(images: Tensor) -> float:
    """The coherent pattern of two pixels in 255ths: mean size of the means that alternate along x, y or both."""
    sign = torch.tensor([1.0, -1.0]).repeat(images.shape[-1] // 2)
    means = [(images * pattern).mean((2, 3)) for pattern in (sign, sign[:, None], sign * sign[:, None])]
    return torch.stack(means).abs().mean().item() * 127.5


def denoise(drawer: Drawer, data: SceneData, count: int) -> None:
    """Prints what comes back of the first `count` scenes, noised."""
    truth = to_model_range(data.images[:count])
    captions = [caption(row, canonical=True) for row in data.attributes[:count]]
    parts = drawer.told(drawer.clip.encode_image(truth.to(drawer.clip.device)), captions)
    noise = counted_noise("decoder", tuple(truth.shape[1:]), list(range(count)), 0)
    noised = lambda t: add_noise(truth, noise, drawer.alpha_bar[[t]])
    guesses = {t: psnr(drawer.guessed(noised(t), t, parts), truth) for t in NOISED_TO}
    redrawn = {steps[0]: psnr(drawer.redrawn(noised(steps[0]), steps, parts), truth) for steps in REDRAWN}
    for name, found in (("denoised", guesses), ("drawn again", redrawn)):
        print(f"{name}: " + "  ".join(f"t {t} {decibels:.2f} dB" for t, decibels in found.items()), flush=True)


def draw_and_read(drawer: Drawer, pack: Pack, data: SceneData, kind: str, count: int, out: Path) -> None:
    """Prints what the classifier makes of pictures drawn from captions of a kind; writes a sheet."""
    classifier, rng = load_classifier(CLASSIFIER), np.random.default_rng(CAPTION_SEED)
    rows, seeds = choose(data, kind, count), list(range(count))
    captions = [caption(data.attributes[i], rng, full=True) for i in rows]
    images = drawer.drawn(pack.prior(pack.guided_text(captions), seeds), captions, seeds)
    truth = to_model_range(data.images[rows])
    answers = judge(kind, read(classifier, images), torch.from_numpy(data.attributes[rows]))
    whole, fine = (frechet_distance(f(classifier, images), f(classifier, truth)) for f in (features, fine_features))
    print(f"{kind}: {shown(answers)}", flush=True)
    print(f"{kind}: Frechet {whole:.3f}, fine {fine:.3f}, grid {grid(images):.2f} (true {grid(truth):.2f})", flush=True)
    lines = zip(truth[:ON_A_SHEET].split(IN_A_ROW), images[:ON_A_SHEET].split(IN_A_ROW), strict=True)
    write_png(out / f"{kind}.png", contact_sheet([line for pair in lines for line in pair], scale=2))
    (out / f"{kind}.txt").write_text("\n".join(captions[:ON_A_SHEET]) + "\n")


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--config", type=Path, default=CONFIGS / "decoder.json", help="that it was trained with")
    parser.add_argument("--pack", type=Path, default=TOYBOX, help="whose CLIP and prior are used")
    parser.add_argument("--data", type=Path, default=SCENES)
    parser.add_argument("--count", type=int, default=160, help="scenes of a kind")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    clip, data = FrozenClip(arguments.pack, arguments.device), load_scenes(arguments.data, "evaluation")
    drawer = load_drawer(arguments.folder, read_config(arguments.config, DecoderConfig), clip)
    print(f"{arguments.folder}: {arguments.count} scenes a kind, seeds 0 to {arguments.count - 1}", flush=True)
    denoise(drawer, data, arguments.count)
    for kind in KINDS:
        draw_and_read(drawer, Pack(arguments.pack), data, kind, arguments.count, arguments.out)


if __name__ == "__main__":
    main()
