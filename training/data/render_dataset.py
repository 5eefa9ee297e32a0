"""Renders the scenes that configs/scenes.json asks for; shards that exist are kept.

python -m training.data.render_dataset [--workers 2] [--device cpu]
python -m training.data.render_dataset --crops 256 --count 4000      (pairs for an upsampler, into sets/crops256-1)
"""

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

import torch

from training.data.config import ScenesConfig
from training.data.dataset import describe, render_split, sample_crops, save_crops, save_shard
from training.paths import CONFIGS, TRAINING
from training.read_config import ConfigError, read_config

CROPS_A_SHARD = 250


def scene_shard(path: Path, device: str, *job) -> Path:
    """Renders the scenes of one file."""
    torch.set_num_threads(1)
    save_shard(path, render_split(*job, device=device))
    return path


def crop_shard(path: Path, device: str, kind: str, count: int, seed: int, start: int) -> Path:
    """Renders the crops of one file."""
    torch.set_num_threads(1)
    save_crops(path, *sample_crops(kind, count, seed, device=device, start=start))
    return path


def scene_jobs(config: ScenesConfig, device: str) -> list[tuple]:
    """The arguments of `scene_shard` for every file, small splits first."""
    folder, splits = TRAINING / config.output, sorted(asdict(config.counts).items(), key=lambda split: split[1])
    return [
        (
            folder / f"{split}-{start:06d}.npz",
            device,
            config.seed,
            split,
            start,
            min(start + config.shard, count),
            config.size,
            config.supersample,
        )
        for split, count in splits
        for start in range(0, count, config.shard)
    ]


def crop_jobs(kind: str, count: int, seed: int, device: str) -> list[tuple]:
    """The arguments of `crop_shard` for every file."""
    folder = TRAINING / f"sets/crops{kind}-1"
    return [
        (folder / f"crops-{start:06d}.npz", device, kind, min(CROPS_A_SHARD, count - start), seed, start)
        for start in range(0, count, CROPS_A_SHARD)
    ]


def run(function: Callable[..., Path], jobs: list[tuple], workers: int) -> None:
    """Makes the files that are not there yet, several at once."""
    jobs = [job for job in jobs if not job[0].exists()]
    begin = time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        for done, future in enumerate(as_completed([pool.submit(function, *job) for job in jobs]), 1):
            path = future.result()
            print(f"{done}/{len(jobs)} {path.name} {time.monotonic() - begin:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=CONFIGS / "scenes.json")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--crops", choices=["256", "1024"], help="crops of frames of this side instead of scenes")
    parser.add_argument("--count", type=int, default=4000, help="of crops")
    arguments = parser.parse_args()
    try:
        config = read_config(arguments.config, ScenesConfig)
    except (ConfigError, OSError) as error:
        parser.error(str(error))
    print("seed", config.seed, flush=True)
    if arguments.crops:
        run(crop_shard, crop_jobs(arguments.crops, arguments.count, config.seed, arguments.device), arguments.workers)
    else:
        run(scene_shard, scene_jobs(config, arguments.device), arguments.workers)
        describe(TRAINING / config.output, config.seed, asdict(config.counts))


if __name__ == "__main__":
    main()
