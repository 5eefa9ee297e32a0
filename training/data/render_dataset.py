"""Renders the scenes that configs/scenes.json asks for; shards that exist are kept.

    python -m training.data.render_dataset [--workers 2] [--device cpu]
    python -m training.data.render_dataset --crops 256 --count 4000      (pairs for an upsampler, into sets/crops256-1)
"""

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import torch

from training.data.dataset import describe, render_split, sample_crops, save_shard
from training.paths import CONFIGS, TRAINING


def scene_shard(path, device, *job):
    torch.set_num_threads(1)
    save_shard(path, render_split(*job, device=device))
    return path


def crop_shard(path, device, kind, count, seed, start):
    torch.set_num_threads(1)
    large, small = sample_crops(kind, count, seed, device=device, start=start)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(part, large=large, small=small)
    part.rename(path)
    return path


def run(function, jobs, workers):
    jobs = [job for job in jobs if not job[0].exists()]
    begin = time.time()
    with ProcessPoolExecutor(workers) as pool:
        for done, future in enumerate(as_completed([pool.submit(function, *job) for job in jobs]), 1):
            path = future.result()
            print(f"{done}/{len(jobs)} {path.name} {time.time() - begin:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=CONFIGS / "scenes.json")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--crops", choices=["256", "1024"])
    parser.add_argument("--count", type=int, default=4000)
    args = parser.parse_args()
    config = json.loads(args.config.read_text())
    seed, shard = config["seed"], config["shard"]
    print("seed", seed, flush=True)
    if args.crops:
        folder, step = TRAINING / f"sets/crops{args.crops}-1", 250
        jobs = [
            (folder / f"crops-{start:06d}.npz", args.device, args.crops, min(step, args.count - start), seed, start)
            for start in range(0, args.count, step)
        ]
        run(crop_shard, jobs, args.workers)
        return
    folder = TRAINING / config["output"]
    jobs = [
        (folder / f"{split}-{start:06d}.npz", args.device, seed, split, start, min(start + shard, count),
         config["size"], config["supersample"])
        for split, count in sorted(config["counts"].items(), key=lambda item: item[1])
        for start in range(0, count, shard)
    ]
    run(scene_shard, jobs, args.workers)
    describe(folder, seed, config["counts"])


if __name__ == "__main__":
    main()
