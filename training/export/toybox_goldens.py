"""Writes test/parity/goldens/toybox.json and toybox.bin.gz: one picture of the toybox by diffusers' own
`UnCLIPPipeline`.

`python -m training.export.toybox_goldens` after every export of the pack; `--check` compares the committed goldens
with a new run and writes nothing. README.md beside the goldens says what they hold.
"""

import argparse
import gzip
import hashlib
import json
import platform
from pathlib import Path

import diffusers
import numpy as np
import torch

from training.export.pack import as_diffusers, write_atomically
from training.export.pack_pipeline import load_pipeline
from training.export.watched_pipeline import STAGES, Step, StridedDdim, watch_pipeline
from training.paths import GOLDENS, TOYBOX
from training.train.diffusion.sampling import counted_noise
from training.train.diffusion.schedule import alpha_bar_table

CAPTION, SEED = "a small shiny blue ball on grass at sunset", 7
# Positions kept of each x_t, and of what each step of a taught run came to.
FREE, TAUGHT = 4096, 256
DDIM = {"steps": 28, "eta": 0.5, "positions": 512}
# The last picture of 256 x 256 is kept in whole numbers of 1 / 32767: as float32 it would take most of the room.
FINE = 32767
# The stages that the pipeline runs: what else a pack has may change without a new golden.
RUN = ("clip-text", "prior", "decoder-condition", "decoder", "upsampler-256")
# --check: a run of one's own may differ so much in any x_t, and one taught step so much.
FREE_BOUND, TAUGHT_BOUND = 1e-3, 1e-4


def positions(length: int, count: int) -> np.ndarray:
    """`count` places of `length`, spread without a pattern (Knuth's multiplicative hash).

    All of them where there are no more.
    """
    return np.arange(min(count, length)) * 2654435761 % length if count < length else np.arange(length)


def at(tensor: torch.Tensor, places: np.ndarray, length: int) -> np.ndarray:
    """The values of every row at `places` of each part of `length`: [rows, parts * places], flat."""
    return tensor.numpy().reshape(-1, length)[:, places].ravel()


def totals(tensors) -> dict[str, list[float]]:
    """Sum and largest magnitude of each tensor, in float64."""
    doubles = [t.double() for t in tensors]
    return {"sums": [t.sum().item() for t in doubles], "maxima": [t.abs().max().item() for t in doubles]}


def teacher(stage: str, steps: list[Step], finished: np.ndarray) -> list[torch.Tensor]:
    """What a taught run is given after each step: x_t = sqrt(alphaBar) x + sqrt(1 - alphaBar) noise about the
    finished sample x.

    In float64, rounded once; the noise is what the step before added. Anybody who has x can make it, so it need not
    be kept.
    """
    alpha_bar, shape = alpha_bar_table().double().numpy(), steps[0].x.shape
    states = []
    for index, step in enumerate(steps):
        noise = counted_noise(stage, shape[1:], [SEED], index).double().numpy()
        a = alpha_bar[step.timestep]
        states.append(
            torch.from_numpy((np.sqrt(a) * finished.reshape(shape) + np.sqrt(1 - a) * noise).astype(np.float32))
        )
    return [steps[0].x, *states[1:], steps[-1].next]


def describe(stage: str, free: list[Step], count: int) -> tuple[dict, dict[str, np.ndarray]]:
    """A free run: timesteps and totals for the header, and arrays."""
    length, finished = free[0].x.numel(), free[-1].next
    places = positions(length, count)
    whole = np.rint(finished.numpy() * FINE).astype("<i2") if stage == "upsampler-256" else finished.numpy()
    arrays = {"states": np.stack([at(s.x, places, length) for s in free]), "final": whole.ravel()}
    header = {
        "length": length,
        "timesteps": [s.timestep for s in free],
        "states": totals([*(s.x for s in free), finished]),
    }
    return header, arrays


def weights_sha256(manifest: dict) -> str:
    """SHA-256 over those of the tokenizers and of the files of the stages that run, a line each."""
    files = [text["tokenizer"] for text in manifest["texts"].values()] + [manifest["stages"][stage] for stage in RUN]
    return hashlib.sha256("\n".join(file["sha256"] for file in files).encode()).hexdigest()


def describe_taught(taught: list[Step]) -> tuple[dict, dict[str, np.ndarray]]:
    """What each step of a taught run came to: totals for the header, and arrays."""
    length = taught[0].x.numel()
    places = positions(length, TAUGHT)
    kinds = {"outputs": [s.output for s in taught], "x0": [s.x0 for s in taught], "next": [s.next for s in taught]}
    arrays = {kind: np.stack([at(t, places, length) for t in tensors]) for kind, tensors in kinds.items()}
    return {kind: totals(kinds[kind]) for kind in ("x0", "next")}, arrays


@torch.no_grad()
def make(pack: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """The header and the arrays by name. Runs the pipeline three times: free, taught, and with DDIM in the decoder."""
    manifest = json.loads((pack / "manifest.json").read_text())
    defaults = {stage: as_diffusers(manifest["stages"][stage]) for stage in STAGES}
    pipeline = load_pipeline(pack, manifest)
    embeddings, states, _ = pipeline._encode_prompt(CAPTION, torch.device("cpu"), 1, True)
    free = watch_pipeline(pipeline, CAPTION, SEED, defaults)
    header = {
        "weightsSha256": weights_sha256(manifest),
        "caption": CAPTION,
        "seed": SEED,
        "defaults": defaults,
        "madeWith": {
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "stages": {},
        "ddim": {},
    }
    arrays = {
        "text/embedding": embeddings[1].numpy(),
        "text/states": states[1].numpy(),
        "prior/embedding": pipeline.prior.post_process_latents(free["prior"][-1].next)[0].numpy(),
    }
    teachers = {}
    for stage in STAGES:
        header["stages"][stage], found = describe(stage, free[stage], FREE)
        arrays |= {f"{stage}/free/{name}": array for name, array in found.items()}
        finished = found["final"].astype(np.float64)
        teachers[stage] = teacher(stage, free[stage], finished / FINE if found["final"].dtype == "<i2" else finished)
    for stage, steps in watch_pipeline(load_pipeline(pack, manifest), CAPTION, SEED, defaults, teachers).items():
        section, found = describe_taught(steps)
        header["stages"][stage]["taught"] = section
        arrays |= {f"{stage}/taught/{name}": array for name, array in found.items()}
    pipeline = load_pipeline(pack, manifest)
    pipeline.register_modules(decoder_scheduler=StridedDdim(DDIM["eta"]))
    brief = defaults | {"decoder": defaults["decoder"] | {"steps": DDIM["steps"]}, "upsampler-256": {"steps": 2}}
    section, found = describe("decoder", watch_pipeline(pipeline, CAPTION, SEED, brief)["decoder"], DDIM["positions"])
    header["ddim"] = {**DDIM, **section}
    arrays |= {f"ddim/{name}": array for name, array in found.items()}
    header["arrays"] = {name: {"shape": list(array.shape), "type": array.dtype.name} for name, array in arrays.items()}
    return header, arrays


def write(folder: Path, header: dict, arrays: dict[str, np.ndarray]) -> int:
    """Writes both files; returns their bytes. Arrays stand one after the other in the header's order.

    Of each array all lowest bytes come first, then all the next higher: so it packs better.
    """
    little = (np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for array in arrays.values())
    data = b"".join(array.reshape(-1, 1).view(np.uint8).T.tobytes() for array in little)
    files = {"toybox.json": (json.dumps(header) + "\n").encode(), "toybox.bin.gz": gzip.compress(data, 9, mtime=0)}
    for name, content in files.items():
        write_atomically(folder / name, content)
    return sum(map(len, files.values()))


def read(folder: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """What `write` wrote."""
    header, arrays, place = json.loads((folder / "toybox.json").read_text()), {}, 0
    data = gzip.decompress((folder / "toybox.bin.gz").read_bytes())
    for name, section in header["arrays"].items():
        kind, count = np.dtype(section["type"]).newbyteorder("<"), int(np.prod(section["shape"]))
        planes = np.frombuffer(data, np.uint8, count * kind.itemsize, place).reshape(kind.itemsize, count)
        arrays[name] = np.ascontiguousarray(planes.T).view(kind).reshape(section["shape"])
        place += planes.size
    return header, arrays


def complaints(committed: tuple[dict, dict], made: tuple[dict, dict]) -> list[str]:
    """What keeps the committed goldens from being those of a new run; prints the largest difference of each array.

    The decoder's first x_0 and x_{t-1} are passed over: rounding decides them (docs/decisions/0012-toybox-parity.md).
    """
    (old, old_arrays), (new, new_arrays) = committed, made
    keys = ("weightsSha256", "caption", "seed", "defaults", "arrays")
    found = [f"{key} is not that of a new run" for key in keys if old[key] != new[key]]
    if found:
        return found
    for name, array in new_arrays.items():
        skipped = 1 if name in ("decoder/taught/x0", "decoder/taught/next") else 0
        difference = np.abs(old_arrays[name][skipped:].astype(np.float64) - array[skipped:]) / (
            FINE if array.dtype == np.int16 else 1
        )
        bound = TAUGHT_BOUND if "taught" in name else FREE_BOUND
        print(f"{name:26} differs by {difference.max():.1e}, allowed {bound:.0e}")
        if difference.max() > bound:
            found.append(f"{name} differs by {difference.max():.1e}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=TOYBOX)
    parser.add_argument("--out", type=Path, default=GOLDENS)
    parser.add_argument(
        "--check", action="store_true", help="compare the goldens in --out with a new run; write nothing"
    )
    arguments = parser.parse_args()
    made = make(arguments.pack)
    print(f"{CAPTION!r}, seed {SEED}, {made[0]['madeWith']}")
    if not arguments.check:
        print(f"wrote {write(arguments.out, *made) / 1e6:.2f} MB")
    elif found := complaints(read(arguments.out), made):
        raise SystemExit(
            "\n".join([*found, "Run `python -m training.export.toybox_goldens` and look at the difference."])
        )


if __name__ == "__main__":
    main()
