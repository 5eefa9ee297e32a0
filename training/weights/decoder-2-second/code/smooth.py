"""Renders scenes for the decoder with sixteen samples in pixels where colours change, four elsewhere; and their captions' ids.

    python smooth.py OUT WORKER WORKERS SECONDS [--evaluation eval.npz]
"""
import os, sys, time, json
from collections import defaultdict
from pathlib import Path
import numpy as np, torch, torch.nn.functional as F
from training.data import arrange
from training.data.renderer import render as R
from training.data.renderer.geometry import SceneGeometry
from training.data.captions import caption
from training.data.dataset import to_bytes

SIZE, THRESHOLD, CAPTIONS, SHARD = 64, 0.09, 4, 500
KINDS = {"one": 0.34, "two": 0.36, "row": 0.08, "board": 0.11, "painted": 0.11}

def frames(scenes, painter, counts=None):
    out = torch.empty(len(scenes), 3, SIZE, SIZE)
    together = max(1, R.RAYS_AT_ONCE // (SIZE * SIZE * 4))
    for start in range(0, len(scenes), together):
        part = scenes[start:start + together]
        geometry, n = SceneGeometry(part, torch.device("cpu")), len(part)
        crops = torch.tensor([(0, 0, SIZE, SIZE)] * n)
        frame = R.frame_places(SIZE, crops, SIZE, SIZE, 2)
        scene = torch.arange(n).repeat_interleave(frame.shape[1])
        colour = painter(geometry, R.Rays(scene, R._through(frame).flatten(0, 1), frame.flatten(0, 1), 2 * R.HALF_FRAME / SIZE / 2))
        picture = colour.view(n, 2 * SIZE, 2 * SIZE, 3).permute(0, 3, 1, 2)
        mean = F.avg_pool2d(picture, 2)
        contrast = (F.max_pool2d(picture, 4, 2, 1) + F.max_pool2d(-picture, 4, 2, 1)).amax(1)
        which, y, x = (contrast > THRESHOLD).nonzero(as_tuple=True)
        if counts is not None: counts.append((len(which), n * SIZE * SIZE))
        per = 16
        step = R.RAYS_AT_ONCE // per
        off = (torch.arange(4) + 0.5) / 4
        for a in range(0, len(which), step):
            w, yy, xx = which[a:a + step], y[a:a + step], x[a:a + step]
            u = 2 * (xx[:, None, None] + off[None, None, :]).expand(-1, 4, -1) / SIZE - 1
            v = 1 - 2 * (yy[:, None, None] + off[None, :, None]).expand(-1, -1, 4) / SIZE
            place = torch.stack([u, v], -1).reshape(-1, 2)
            colour = painter(geometry, R.Rays(w.repeat_interleave(per), R._through(place), place, 2 * R.HALF_FRAME / SIZE / 4))
            mean[w, :, yy, xx] = colour.view(-1, per, 3).mean(1)
        out[start:start + together] = mean
    return out

@torch.no_grad()
def render(scenes, counts=None):
    out, groups = torch.empty(len(scenes), 3, SIZE, SIZE), defaultdict(list)
    for i, scene in enumerate(scenes): groups[scene.floor, scene.time, scene.style].append(i)
    for (_, _, style), members in groups.items():
        alike = [scenes[i] for i in members]
        if style == "pixel art":
            out[members] = R._pixel_art(alike, SIZE, torch.tensor([(0, 0, SIZE, SIZE)] * len(alike)))
        else:
            out[members] = frames(alike, R._drawing if style == "drawing" else R._photograph, counts)
    return out

def main():
    out, worker, workers, seconds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    end = time.time() + seconds
    torch.set_num_threads(1); torch.set_flush_denormal(True)
    if len(sys.argv) > 5:  # held-out scenes, as the judge renders them and smooth
        chosen = np.load(sys.argv[5])
        from training.data.renderer.render import render as plain
        all_ = [(kind, k, arrange.sample_scene(2025, "evaluation", int(i))) for kind in ("one", "two", "word") for k, i in enumerate(chosen[f"{kind}_rows"])]
        all_.sort(key=lambda e: (e[2].style, e[2].floor, e[2].time))  # alike together: a group of scenes costs as many operations as one scene
        mine = [e for k, e in enumerate(all_) if k // 12 % workers == worker]
        scenes = [e[2] for e in mine]
        smooth_, plain_ = to_bytes(render(scenes)), to_bytes(plain(scenes, SIZE))
        for kind in ("one", "two", "word"):
            at = [k for k, e in enumerate(mine) if e[0] == kind]
            save(out / f"evaluation-{kind}-{worker}.npz", smooth=smooth_[at], plain=plain_[at],
                 attributes=np.array([scenes[k].attribute_row() for k in at], np.int8).reshape(len(at), 27), at=np.array([mine[k][1] for k in at], np.int64))
    arrange.KINDS_OF_SCENE = KINDS
    from training.train.tokenizer_bpe import encode, load_tokenizer
    from training.paths import TOYBOX
    tokenizer, shard = load_tokenizer(TOYBOX / "tokenizer.json"), worker
    while time.time() < end:
        size = SHARD if shard >= 2 * workers else SHARD // 8 if shard < workers else SHARD // 3  # the first come soon
        scenes = [arrange.sample_scene(3031, "train", shard * SHARD + i) for i in range(size)]
        images = to_bytes(render(scenes))
        rows = np.array([s.attribute_row() for s in scenes], np.int8)
        told = [caption(row, np.random.default_rng([7, shard, i, k])) for i, row in enumerate(rows.astype(np.int64)) for k in range(CAPTIONS)]
        ids = encode(tokenizer, told).astype(np.int16).reshape(size, CAPTIONS, 32)
        save(out / f"train-{shard:06d}.npz", images=images, attributes=rows, ids=ids)
        shard += workers

def save(path, **arrays):
    part = path.with_suffix(".part"); 
    with open(part, "wb") as file: np.savez(file, **arrays)
    part.rename(path)

if __name__ == "__main__": main()
