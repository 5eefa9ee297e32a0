"""Compares packs by what they draw enlarged, beside true renders of the same scenes.

    python -m training.judge.enlarged PACK... --count 12 --large 4 --out OUT

Captions are of unseen scenes of one solid and name every attribute; embeddings, steps and guidance are each pack's own
defaults, the number of a picture its seed. Printed for each pack, at 256 px (all pictures) and at 1024 px (the first
`--large`): the Frechet distance between native 64 px patches and those of the renders, in the classifier's features,
and how steep the steepest hundredth of all gradients is, as a share of the renders'; at 256 px also how steep the
true renders' own outlines are when the first upsampler enlarges these renders, made small. Sheets go to OUT.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.arrange import sample_scene
from training.data.attributes import Scene
from training.data.captions import caption
from training.data.png import contact_sheet, write_png
from training.data.renderer.render import render
from training.judge.decoder import CAPTION_SEED
from training.judge.frechet import features, frechet_distance, patches
from training.judge.pack_runtime import Pack
from training.paths import CLASSIFIER
from training.train.networks.classifier_model import Classifier, load_classifier

SEED = 78
STEEPEST = 0.01


def scenes_of_one(count: int) -> list[Scene]:
    """The first `count` held-out scenes of one solid without a word, of a seed that nothing else uses."""
    found: list[Scene] = []
    index = 0
    while len(found) < count:
        scene = sample_scene(SEED, "evaluation", index)
        index += 1
        if len(scene.solids) == 1 and scene.board is None and scene.solids[0].word == "none":
            found.append(scene)
    return found


def steepness(images: Tensor) -> Tensor:
    """The size of the gradient of the mean of the channels, [N, H - 1, W - 1], of images [N, 3, H, W]."""
    grey = images.mean(1)
    across, down = grey.diff(dim=2)[:, :-1], grey.diff(dim=1)[:, :, :-1]
    return (across.square() + down.square()).sqrt()


def steepest(images: Tensor) -> float:
    """The mean gradient of the steepest hundredth of all places."""
    values = steepness(images).flatten()
    return values.topk(max(1, round(STEEPEST * len(values)))).values.mean().item()


def along_outlines(images: Tensor, truth: Tensor) -> float:
    """How steep images [N, 3, H, W] are along the outlines of `truth` of the same shape, as a share of it: the steepest
    hundredth of its places, and the steepest of the nine places around each, so that half a pixel counts as none."""
    at = steepness(truth)
    found = F.max_pool2d(steepness(images)[:, None], 3, stride=1, padding=1)[:, 0]
    wanted = F.max_pool2d(at[:, None], 3, stride=1, padding=1)[:, 0]
    places = at >= at.flatten().topk(max(1, round(STEEPEST * at.numel()))).values.min()
    return (found[places].mean() / wanted[places].mean()).item()


def enlarged(pack: Pack, captions: list[str], large: int) -> tuple[Tensor, Tensor]:
    """Pictures [N, 3, 256, 256] of the captions by the pack's defaults, and the first `large` of them at 1024 px."""
    middle, last = [], []
    for i, told in enumerate(captions):
        text = pack.guided_text([told])
        small = pack.decode(pack.prior(text, [i]), text, [i])
        middle.append(pack.upsample("upsampler-256", small, [i]))
        if i < large:
            last.append(pack.upsample("upsampler-1024", middle[-1], [i]))
    return torch.cat(middle), torch.cat(last)


def compared(classifier: Classifier, name: str, images: Tensor, truth: Tensor) -> str:
    """What is found in images and true renders [N, 3, H, W] of the same scenes."""
    distance = max(0.0, frechet_distance(*(features(classifier, patches(one)) for one in (images, truth))))
    return f"{name}: Frechet {distance:.3f}, steepest {steepest(images) / steepest(truth):.2f} of the renders'"


def main() -> None:
    """Prints what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--large", type=int, default=4)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    scenes, rng = scenes_of_one(arguments.count), np.random.default_rng(CAPTION_SEED)
    captions = [caption(scene.attribute_row(), rng, full=True) for scene in scenes]
    classifier = load_classifier(CLASSIFIER)
    middle = render(scenes, 256) * 2 - 1
    print(f"{arguments.count} captions of one solid, {arguments.large} of them at 1024 px, seed {SEED}", flush=True)
    large = torch.cat([render([scene], 1024) for scene in scenes[: arguments.large]]) * 2 - 1
    for folder in arguments.packs:
        pack = Pack(folder)
        drawn, last = enlarged(pack, captions, arguments.large)
        small = F.avg_pool2d(middle, 4)
        again = torch.cat([pack.upsample("upsampler-256", one[None], [i]) for i, one in enumerate(small)])
        print(
            f"{folder}\n  {compared(classifier, '256 px', drawn, middle)}; its first upsampler along the outlines of "
            f"true renders {along_outlines(again, middle):.2f}\n  {compared(classifier, '1024 px', last, large)}",
            flush=True,
        )
        sheet = contact_sheet([torch.cat([a, b]) for a, b in zip(drawn.split(6), middle.split(6), strict=True)])
        write_png(arguments.out / f"{folder.name}-256.png", sheet)


if __name__ == "__main__":
    main()
