"""Judges an exported pack by an independent classifier: `python -m training.judge.pack [--sweep] [--large]
[--variety]`.

Samples captions of unseen scenes, each naming every attribute, in onnxruntime and counts how often the classifier
reads what the caption says: one solid, two solids, painted words; two solids also by the decoder with the caption
alone. --sweep compares guidance scales on a small sample; --large also draws a few pictures to 256 and 1024 and times
every stage; --variety compares sixteen seeds of one caption with sixteen true renders of it.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from training.data.arrange import sample_scene
from training.data.captions import caption
from training.data.dataset import SceneData, load_scenes
from training.data.png import contact_sheet, write_png
from training.data.renderer.render import render
from training.judge.answers import choose, counted, judge, read, shown
from training.judge.pack_runtime import Pack
from training.paths import CLASSIFIER, RUNS, SCENES, TOYBOX
from training.train.networks.classifier_model import Classifier, load_classifier

BATCH = 20


def generate(
    pack: Pack, captions: list[str], seeds: list[int], prior_scale=None, decoder_scale=None, caption_only=False
) -> torch.Tensor:
    """64 px pictures of the captions, in batches.

    Caption_only: the decoder sees the null embedding instead of the prior's.
    """
    images = []
    for start in range(0, len(captions), BATCH):
        part, part_seeds = captions[start : start + BATCH], seeds[start : start + BATCH]
        text = pack.guided_text(part)
        z = pack.null_embedding(len(part)) if caption_only else pack.prior(text, part_seeds, prior_scale)
        images.append(pack.decode(z, text, part_seeds, decoder_scale))
    return torch.cat(images)


def measure(
    pack: Pack,
    classifier: Classifier,
    data: SceneData,
    kind: str,
    arguments: argparse.Namespace,
    caption_only: bool = False,
) -> dict:
    """Scores of one kind of caption; every picture that is read wrong goes to `<kind>-bad.png`."""
    rng = np.random.default_rng(arguments.seed)
    rows = choose(data, kind, arguments.count)
    captions = [caption(data.attributes[i], rng, full=True) for i in rows]
    images = generate(pack, captions, list(range(len(rows))), caption_only=caption_only)
    truth = torch.from_numpy(data.attributes[rows])
    name = f"{kind}{'-caption-only' if caption_only else ''}"
    answers = judge(kind, read(classifier, images), truth)
    print(f"{name}: {shown(answers)}", flush=True)
    right = torch.stack(list(answers.values())).all(0)
    for label, chosen in (("good", right.nonzero()[:32, 0]), ("bad", (~right).nonzero()[:, 0])):
        if len(chosen):
            write_png(arguments.out / f"{name}-{label}.png", contact_sheet(list(images[chosen].split(8)), scale=2))
            (arguments.out / f"{name}-{label}.txt").write_text("\n".join(captions[i] for i in chosen) + "\n")
    return {name: counted(answers)}


def sweep(pack: Pack, classifier: Classifier, data: SceneData, arguments: argparse.Namespace) -> None:
    rng = np.random.default_rng(arguments.seed)
    for kind in ("one", "two"):
        rows = choose(data, kind, arguments.count)
        captions = [caption(data.attributes[i], rng, full=True) for i in rows]
        truth = torch.from_numpy(data.attributes[rows])
        for prior_scale in (1.0, 2.0, 4.0):
            for decoder_scale in (1.0, 2.0, 3.5, 6.0):
                images = generate(pack, captions, list(range(len(rows))), prior_scale, decoder_scale)
                answers = shown(judge(kind, read(classifier, images), truth))
                print(f"{kind}  prior {prior_scale:g}  decoder {decoder_scale:g}  {answers}", flush=True)


def variety(pack: Pack, seed: int, seeds: int = 16) -> None:
    """Mean pairwise distance 1 - cosine of `seeds` pictures of one caption, beside that of as many true renders
    of it.
    """
    told = "a large red matte cube on sand by day"
    same = []
    index = 0
    while len(same) < seeds:  # one scene in two thousand is this one
        scene = sample_scene(seed, "validation", index)
        if caption(scene.attribute_row(), canonical=True) == told:
            same.append(scene)
        index += 1

    def spread(images: torch.Tensor) -> float:
        z = F.normalize(pack.encode_image(images), dim=-1)
        return (1 - (z @ z.T)[~torch.eye(len(z), dtype=torch.bool)]).mean().item()

    drawn, true = spread(generate(pack, [told] * seeds, list(range(seeds)))), spread(render(same, 64) * 2 - 1)
    print(f"variety of {told!r}: {drawn:.3f} over {seeds} seeds, {true:.3f} over {len(same)} true renders", flush=True)


def draw_large(pack: Pack, captions: list[str], out: Path) -> None:
    """Pictures through both upsamplers, with the time a picture takes."""
    for i, text in enumerate(captions):
        begin = time.monotonic()
        image = generate(pack, [text], [i])
        start = time.monotonic()
        middle = pack.upsample("upsampler-256", image, [i])
        half = time.monotonic()
        large = pack.upsample("upsampler-1024", middle, [i])
        print(
            f"64: {start - begin:.2f} s  256: {half - start:.2f} s  1024: {time.monotonic() - half:.2f} s", flush=True
        )
        write_png(out / f"{i}-256.png", contact_sheet([middle]))
        write_png(out / f"{i}-1024.png", contact_sheet([large]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=TOYBOX)
    parser.add_argument("--data", type=Path, default=SCENES)
    parser.add_argument("--out", type=Path, default=RUNS / "evaluation")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=5)
    for flag in ("sweep", "large", "variety"):
        parser.add_argument(f"--{flag}", action="store_true")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.count} captions a kind, pack {arguments.pack}")
    pack, classifier, data = (
        Pack(arguments.pack),
        load_classifier(CLASSIFIER),
        load_scenes(arguments.data, "evaluation"),
    )
    if arguments.sweep:
        return sweep(pack, classifier, data, arguments)
    scores = {"seed": arguments.seed}
    for kind, caption_only in (("two", False), ("two", True), ("one", False), ("word", False)):
        scores |= measure(pack, classifier, data, kind, arguments, caption_only)
    (arguments.out / "scores.json").write_text(json.dumps(scores, indent=1) + "\n")
    if arguments.large:
        rng = np.random.default_rng(arguments.seed)
        draw_large(pack, [caption(row, rng, full=True) for row in data.attributes[:3]], arguments.out)
    if arguments.variety:
        variety(pack, arguments.seed)


if __name__ == "__main__":
    main()
