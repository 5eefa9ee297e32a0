"""Compares ways of sampling a pack's decoder on the same captions, embeddings and noise.

    python -m training.judge.samplers --kind one --count 48 --out OUT [--ways own quick ...]

Captions are of unseen scenes and name every attribute. Printed is a line for the true renders of them and one for each
way: rows of the network for a picture, what the classifier reads, -log p of what the caption says (mean and standard
error, and how much more it is than the first way's on the same captions), how far the pictures are from the renders
(Frechet distance of whole pictures and of fine structure), and the coherent pattern of two pixels. What is drawn is
kept in OUT, so that a run that was stopped goes on where it was; what other captions, another pack or a way that has
changed since have left there is refused.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.attributes import COLUMNS
from training.data.captions import caption
from training.data.dataset import SceneData, load_scenes, to_bytes, to_model_range
from training.data.kept import array_digest, claim_folder, file_digest, save_whole
from training.judge.answers import KINDS, choose, judge, read, shown
from training.judge.decoder import CAPTION_SEED, grid
from training.judge.frechet import features, fine_features, frechet_distance
from training.judge.pack_runtime import Pack, Way, own_way, spaced
from training.paths import CLASSIFIER, SCENES, TOYBOX
from training.train.networks.classifier_model import Classifier, load_classifier

BATCH = 8
# The pack's own way comes first: `own` of its manifest.
WAYS = {
    "ddpm-25": Way("ddpm", spaced(25, "ddpm")),
    "always-guided": Way("dpm++2m", [*range(999, 98, -100), 25]),
    "eight": Way("dpm++2m", [999, 874, 749, 624, 499, 374, 249, 124], (0.15, 0.75)),
    "seven": Way("dpm++2m", [999, 832, 666, 499, 332, 166, 25], (0.15, 0.75)),
    "four": Way("dpm++2m", spaced(4, "dpm++2m"), (0.15, 0.75)),
    "quick": Way("dpm++2m", [999, 699, 399, 199], (0.15, 0.75)),
    "quick-unguided": Way("dpm++2m", [999, 699, 399, 199], (1, 1)),
}
# What a caption of one solid, of two, or of a word says that counts in -log p.
COUNTED = {
    "one": ("solid 1", "colour 1", "size 1", "material 1"),
    "two": ("count", "solid 1", "colour 1", "solid 2", "colour 2", "relation"),
    "word": ("word",),
}


@torch.no_grad()
def surprise(classifier: Classifier, images: Tensor, kind: str, truth: Tensor) -> Tensor:
    """-log p [N] that the classifier gives to what captions of this kind say of their attributes, truth [N, 27]."""
    hidden = classifier.neck(classifier.body(images).flatten(1))
    told = dict(zip(COLUMNS, truth.T, strict=True))
    parts = [F.cross_entropy(classifier.heads[name](hidden), told[name], reduction="none") for name in COUNTED[kind]]
    return torch.stack(parts).sum(0)


def mean_and_error(values: Tensor) -> str:
    """The mean of values [N] and its standard error."""
    return f"{values.mean():.3f} ± {values.std() / len(values) ** 0.5:.3f}"


def made_from(pack: Pack, captions: list[str]) -> dict:
    """What decides the embeddings: the pack, all files included, and the captions."""
    return {"pack": file_digest(pack.folder / "manifest.json"), "captions": array_digest(np.array(captions))}


def embeddings(pack: Pack, captions: list[str], folder: Path) -> Tensor:
    """The prior's embedding of each caption, its number the seed; kept in `folder`.

    Raises ValueError if what is kept there is of other captions or of another pack.
    """
    claim_folder(folder, made_from(pack, captions))
    file = folder / "embeddings.npy"
    if not file.exists():
        numbers = [*range(len(captions))]
        parts = [
            pack.prior(pack.guided_text(captions[s : s + BATCH]), numbers[s : s + BATCH])
            for s in range(0, len(captions), BATCH)
        ]
        save_whole(file, torch.cat(parts).numpy())
    return torch.from_numpy(np.load(file))


def drawn(pack: Pack, way: Way, captions: list[str], z: Tensor, folder: Path) -> Tensor:
    """Pictures [N, 3, 64, 64] in [-1, 1], as bytes would show them; each batch is kept in `folder`.

    Raises ValueError if what is kept there was drawn in another way, for other captions or by another pack.
    """
    claim_folder(folder, {**made_from(pack, captions), "embeddings": array_digest(z.numpy()), "way": asdict(way)})
    parts = []
    for start in range(0, len(captions), BATCH):
        file, numbers = folder / f"{start:04d}.npy", [*range(start, min(start + BATCH, len(captions)))]
        if not file.exists():
            text = pack.guided_text([captions[i] for i in numbers])
            save_whole(file, to_bytes(pack.decode(z[numbers], text, numbers, way=way) / 2 + 0.5))
        parts.append(np.load(file))
    return to_model_range(np.concatenate(parts))


def line(name: str, classifier: Classifier, images: Tensor, kind: str, data: SceneData, first: Tensor | None) -> Tensor:
    """Prints what is found in the pictures of these scenes; returns -log p [N]."""
    truth, attributes = to_model_range(data.images), torch.from_numpy(data.attributes)
    found = surprise(classifier, images, kind, attributes)
    whole, fine = (frechet_distance(f(classifier, images), f(classifier, truth)) for f in (features, fine_features))
    more = "" if first is None else f"  more than the first way's {mean_and_error(found - first)}"
    print(
        f"{name}: {shown(judge(kind, read(classifier, images), attributes))}\n"
        f"    -log p {mean_and_error(found)}{more}  Frechet {whole:.3f}, fine {fine:.3f}  grid {grid(images):.2f}",
        flush=True,
    )
    return found


def main() -> None:
    """Prints the lines of what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=TOYBOX)
    parser.add_argument("--data", type=Path, default=SCENES)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kind", choices=KINDS, default="one")
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--ways", nargs="+", choices=["own", *WAYS], default=["own", *WAYS])
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    pack, classifier = Pack(arguments.pack, arguments.threads), load_classifier(CLASSIFIER)
    torch.set_num_threads(arguments.threads or torch.get_num_threads())
    scenes, rng = load_scenes(arguments.data, "evaluation"), np.random.default_rng(CAPTION_SEED)
    rows = choose(scenes, arguments.kind, arguments.count)
    data = SceneData(scenes.images[rows], scenes.attributes[rows])
    captions = [caption(row, rng, full=True) for row in data.attributes]
    folder = arguments.out / f"{arguments.kind}-{arguments.count}"
    z = embeddings(pack, captions, folder)
    ways = {"own": own_way(pack.stages["decoder"]), **WAYS}
    print(f"{arguments.count} captions of {arguments.kind}, seeds 0 to {arguments.count - 1}, pack {arguments.pack}")
    line("true renders", classifier, to_model_range(data.images), arguments.kind, data, None)
    first = None
    for name in arguments.ways:
        way = ways[name]
        images = drawn(pack, way, captions, z, folder / name)
        found = line(f"{name}, {way.rows()} rows", classifier, images, arguments.kind, data, first)
        first = found if first is None else first


if __name__ == "__main__":
    main()
