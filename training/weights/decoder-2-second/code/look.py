"""24 captions of unseen scenes at one seed each, at 64, 256 and 1024 px, by 1.0's decoder and the new one; patches at 256 px."""
import json, sys, time
from pathlib import Path
import numpy as np, torch
from PIL import Image
import net, weights
import diffusers.schedulers.scheduling_unclip as S
from training.data.arrange import sample_scene
from training.data.captions import caption
from training.judge.frechet import features, frechet_distance, patches
from training.judge.pack_runtime import Pack
from training.paths import CLASSIFIER, TOYBOX
from training.train.diffusion.sampling import sample, guided, make_scheduler
from training.train.frozen_clip import FrozenClip
from training.train.networks.classifier_model import load_classifier
folder, out, HERE, BEGAN = Path(sys.argv[1]), Path(sys.argv[2]), Path(__file__).parent, time.time()
device = "cuda" if torch.cuda.is_available() else "cpu"; small = device == "cpu"
N, M, STEPS = (2, 2, 3) if small else (24, 96, 25)
say = lambda *w: print(f"{time.time() - BEGAN:6.1f}", *w, flush=True)
def decoder(name):
    model = net.Both(); weights.load_old(model) if name == "old" else weights.load_first(model)
    return model.eval().to(device, memory_format=torch.channels_last)
@torch.no_grad()
def draw(model, clip, captions, z, seeds):
    alpha, n = net.alpha_bar_table().to(device), len(z)
    text, blank = clip.encode_text(captions), clip.encode_text([""])
    both = lambda c, u: torch.cat([u.expand(n, *u.shape[1:]), c])
    inputs = [both(z.to(device), model.condition.learned_classifier_free_guidance_embeddings[None]), *(both(c, u) for c, u in zip(vars(text).values(), vars(blank).values()))]
    def predict(x, t, last):
        xx, tt = torch.cat([x, x]).to(device), torch.full((2 * n,), t, device=device)
        v, i = model(xx, tt, alpha[tt], *inputs, dtype=torch.float32); a = alpha[t]
        return guided(*torch.cat([a.sqrt() * v + (1 - a).sqrt() * xx, i], 1).cpu().chunk(2), 2.5, channels=3)
    scheduler = make_scheduler({"trainTimesteps": 1000, "variance": "learned-range", "prediction": "epsilon", "clip": 1})
    return sample("decoder", scheduler, STEPS, (3, 64, 64), seeds, predict).clamp(-1, 1)
def main():
    pack, clip, classifier = Pack(TOYBOX, 0), FrozenClip(TOYBOX, device), load_classifier(CLASSIFIER)
    scenes = [sample_scene(424242, "evaluation", i) for i in range(N)]
    captions = [caption(np.array(s.attribute_row()), np.random.default_rng([9, i]), full=True) for i, s in enumerate(scenes)]
    (out / "look.txt").write_text("\n".join(captions) + "\n"); seeds = [3] * N
    z = pack.prior(pack.guided_text(captions), seeds); say("prior")
    models = {name: decoder(name) for name in ("old", "new")}
    chosen, told = np.load(HERE / "eval.npz"), json.loads((HERE / "captions.json").read_text())["one"][:M]
    truth = None
    for name in ("new", "old"):
        x = draw(models[name], clip, captions, z, seeds); say(name, "64")
        y = pack.upsample("upsampler-256", x, seeds); say(name, "256")
        for k in range(0, N, 12): Image.fromarray(grid_of(y[k:k + 12], 4)).save(out / f"{name}-256-{k}.jpg", quality=93)
        large = []
        for k in range(0, N, 6): large.append(pack.upsample("upsampler-1024", y[k:k + 6], seeds[k:k + 6], steps=1 if small else None))
        large = torch.cat(large); say(name, "1024")
        for k in range(0, N, 4): Image.fromarray(grid_of(large[k:k + 4], 2)).save(out / f"{name}-1024-{k}.jpg", quality=90)
    for name in ("new", "old"):
        x = draw(models[name], clip, told, torch.from_numpy(chosen["one_z"][:M]), list(range(M)))
        y = torch.cat([pack.upsample("upsampler-256", p, list(range(k * 24, k * 24 + len(p)))) for k, p in enumerate(x.split(24))]); say(name, "patches")
        if truth is None:
            while len(list(folder.glob("frames-*.npz"))) < int((folder / "workers").read_text()): time.sleep(0.5)
            shards = [np.load(p) for p in folder.glob("frames-*.npz")]
            at = np.concatenate([s["at"] for s in shards]); truth = torch.from_numpy(np.concatenate([s["frames"] for s in shards])[at.argsort()]).float() / 127.5 - 1
            f = lambda p: features(classifier, patches(p)); true = f(truth)
        say(name, f"patches of 256 px: Frechet {frechet_distance(f(y), true):.4f}")
def grid_of(pictures, across):
    rows = [torch.cat(list(r), 2) for r in pictures.split(across)]
    return ((torch.cat(rows, 1).permute(1, 2, 0).numpy() + 1) * 127.5 + 0.5).clip(0, 255).astype(np.uint8)
main()
