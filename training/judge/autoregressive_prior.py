"""Judges a pack's autoregressive prior on unseen scenes: `python -m training.judge.autoregressive_prior [--sweep]`.

Perplexity of the true codes; cosines of what it draws to the picture behind the caption, to another's and to the
caption, beside those of the diffusion prior; the time of a code at the beginning and at the end; whether torch draws
the same codes. --sweep compares guidance scales and top fractions.
"""

import argparse
import math
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from training.data.captions import caption
from training.data.dataset import load_scenes, to_model_range
from training.judge.pack_runtime import Pack
from training.paths import CONFIGS, SCENES, TOYBOX
from training.read_config import read_config
from training.train.autoregressive_prior import code_losses
from training.train.config import AutoregressivePriorConfig
from training.train.frozen_clip import TextBatch
from training.train.image_codes import ImageCodes, cosines, load_image_codes, relative_error
from training.train.networks.autoregressive_prior import AutoregressivePrior
from training.train.networks.weights import load_weights
from training.train.sample_codes import call_of

BATCH = 50
TIMED = 8  # calls at either end


def load_network(pack: Path) -> AutoregressivePrior:
    """The network with the weights of the pack."""
    config = read_config(CONFIGS / "autoregressive-prior.json", AutoregressivePriorConfig)
    model = AutoregressivePrior(**asdict(config.network))
    load_weights(model, pack, "autoregressive-prior")
    return model.eval().requires_grad_(False)


def perplexities(model: AutoregressivePrior, book: ImageCodes, z: np.ndarray, text: dict) -> str:
    """Those of the codes of embeddings z [N, D], and of the bucket of z_i . z_t, for captions that count."""
    batch = TextBatch(text["text_embedding"], text["text_states"], text["text_mask"])
    dots = torch.from_numpy(book.encode_dot(z, batch.embedding.numpy()))
    with torch.no_grad():
        of_dot, of_codes = code_losses(model, torch.from_numpy(book.encode(z)), dots, batch, torch.ones(len(z)))
    nats = of_codes.mean(0)
    parts = {"all": nats, "first ten": nats[:10], "last ten": nats[-10:], "z_i . z_t": of_dot}
    return ", ".join(f"{name} {math.exp(part.mean()):.1f}" for name, part in parts.items())


def describe(z: np.ndarray, truth: np.ndarray, text: np.ndarray) -> str:
    """How embeddings [N, D] lie to the true pictures' and to the captions'."""
    own, other, told = (cosines(z, one).mean() for one in (truth, np.roll(truth, 1, 0), text))
    product = (z.astype(np.float64) * text).sum(1).mean()
    return (
        f"cosine to its picture {own:.3f}, to another {other:.3f}, to its caption {told:.3f}; z_i . z_t {product:.2f}"
    )


def in_batches(function, captions: list[str]) -> np.ndarray:
    """`function(captions, seeds)` [n, D] over all captions, the seeds being their numbers."""
    starts = range(0, len(captions), BATCH)
    return np.concatenate(
        [function(captions[i : i + BATCH], list(range(len(captions)))[i : i + BATCH]) for i in starts]
    )


def time_calls(pack: Pack, text: dict) -> tuple[float, float]:
    """Milliseconds of the processor for one row's code, the median over the first calls and over the last ones."""
    times: list[float] = []
    rows = pack.autoregressive_rows(text)

    def call(codes: torch.Tensor, position: int, past: torch.Tensor) -> list[torch.Tensor]:
        places = torch.full((len(codes),), float(position))
        begin = time.process_time()
        outputs = pack.run("autoregressive-prior", codes=codes, position=places, past=past, **rows)
        times.append(1000 * (time.process_time() - begin))
        return outputs

    repeated = []
    for seed in range(12):
        times.clear()
        pack.draw_codes(text, [seed], call=call)
        repeated.append(times[1:])  # the first call is for the caption
    medians = np.median(np.array(repeated), 0)
    return float(np.median(medians[:TIMED])), float(np.median(medians[-TIMED:]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=TOYBOX)
    parser.add_argument("--data", type=Path, default=SCENES)
    parser.add_argument("--count", type=int, default=1000, help="scenes whose codes are told")
    parser.add_argument("--samples", type=int, default=300, help="of them, those that both priors draw")
    parser.add_argument("--seed", type=int, default=5, help="of the captions")
    parser.add_argument("--sweep", action="store_true")
    arguments = parser.parse_args()
    pack, book, model = Pack(arguments.pack, threads=1), load_image_codes(arguments.pack), load_network(arguments.pack)
    scenes = load_scenes(arguments.data, "evaluation", arguments.count)
    rng = np.random.default_rng(arguments.seed)
    captions = [caption(row, rng, full=True) for row in scenes.attributes]
    print(f"seed {arguments.seed}, {len(captions)} captions, pack {arguments.pack}")

    truth = pack.encode_image(to_model_range(scenes.images)).numpy()
    text = pack.encode_text(captions)
    print(f"codes lose {100 * relative_error(book, truth):.3f} % of the variance")
    print(f"perplexity: {perplexities(model, book, truth, text)}", flush=True)

    captions, truth = captions[: arguments.samples], truth[: arguments.samples]
    told = text["text_embedding"].numpy()[: arguments.samples]
    drawn = lambda captions, seeds, **more: book.decode(pack.draw_codes(pack.guided_text(captions), seeds, **more)[1])
    diffusion = in_batches(lambda captions, seeds: pack.prior(pack.guided_text(captions), seeds).numpy(), captions)
    print(f"true pictures: {describe(truth, truth, told)}")
    print(f"diffusion prior: {describe(diffusion, truth, told)}", flush=True)
    print(f"autoregressive prior: {describe(in_batches(drawn, captions), truth, told)}", flush=True)
    for scale in (1, 1.5, 2, 3) if arguments.sweep else ():
        for top in (1.0, 0.5, 0.15):
            z = in_batches(lambda captions, seeds: drawn(captions, seeds, scale=scale, top_fraction=top), captions)
            print(f"guidance {scale:g}, top {top:g}: {describe(z, truth, told)}", flush=True)

    first, last = time_calls(pack, pack.guided_text(captions[:1]))
    change = 100 * (last / first - 1)
    print(f"a code of two rows: {first:.2f} ms at the beginning, {last:.2f} ms at the end ({change:+.0f} %)")
    some, seeds = pack.guided_text(captions[:BATCH]), list(range(BATCH))
    in_torch = pack.draw_codes(some, seeds, call=call_of(model, pack.autoregressive_rows(some)))
    same = [np.array_equal(a, b) for a, b in zip(pack.draw_codes(some, seeds), in_torch)]
    print(f"torch draws the same codes for {BATCH} captions: {all(same)}")


if __name__ == "__main__":
    main()
