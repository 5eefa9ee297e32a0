"""Judges decoders as training.judge.decoder does, on a GPU: python judge.py FOLDER OUT NAME... (NAME: old, first, or what train.py saved)"""
import json, sys, time
from pathlib import Path
import numpy as np, torch
import net, weights
from diffusers import UnCLIPScheduler
from training.data.captions import caption
from training.data.png import contact_sheet, write_png
from training.judge.answers import KINDS, counted, judge, read, shown
from training.judge.frechet import features, fine_features, frechet_distance
from training.data.attributes import RELATIONS, PLACE
from training.paths import CLASSIFIER, TOYBOX
from training.train.frozen_clip import FrozenClip
from training.train.networks.classifier_model import load_classifier
folder, out, names = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
device = "cuda" if torch.cuda.is_available() else "cpu"
LIMIT = 500 if device == "cuda" else 4
STEPS, GUIDANCE, HERE, BEGAN = 25 if device == "cuda" else 3, 2.5, Path(__file__).parent, time.time()
torch.set_float32_matmul_precision("high"); torch.backends.cudnn.allow_tf32 = True
chosen, captions = np.load(HERE / "eval.npz"), json.loads((HERE / "captions.json").read_text())

def psnr(images, truth): return (10 * torch.log10(4 / (images.clamp(-1, 1) - truth).square().mean())).item()

def grid(images):
    sign = torch.tensor([1.0, -1.0]).repeat(images.shape[-1] // 2)
    means = [(images * pattern).mean((2, 3)) for pattern in (sign, sign[:, None], sign * sign[:, None])]
    return torch.stack(means).abs().mean().item() * 127.5

def held_out(kind):
    paths = sorted(folder.glob(f"evaluation-{kind}-*.npz"))
    shards = [dict(np.load(p)) for p in paths]
    at = np.concatenate([s["at"] for s in shards]); order = at.argsort()[:LIMIT]
    truth = {k: np.concatenate([s[k] for s in shards])[order] for k in ("plain", "smooth", "attributes")}
    return at[order], truth

@torch.no_grad()
def main():
    workers = int((folder / "workers").read_text())
    while min(len(list(folder.glob(f"evaluation-{kind}-*.npz"))) for kind in KINDS) < workers: time.sleep(0.5)
    clip, classifier, alpha = FrozenClip(TOYBOX, device), load_classifier(CLASSIFIER), net.alpha_bar_table().to(device)
    results = json.loads((out / "judged.json").read_text()) if (out / "judged.json").exists() else {}
    for name in names:
        model = net.Both()
        if name == "old": weights.load_old(model)
        elif name == "first": weights.load_first(model)
        else: weights.load_parts(model, folder, name)
        model.eval().to(device, memory_format=torch.channels_last); result = results.setdefault(name, {})
        for kind in KINDS:
            at, truth = held_out(kind); told = [captions[kind][i] for i in at]; n = len(at)
            z = torch.from_numpy(chosen[f"{kind}_z"][at]).to(device)
            text, blank = clip.encode_text(told), clip.encode_text([""])
            both = lambda c, u: torch.cat([u.expand(n, *u.shape[1:]), c])
            inputs = [both(z, model.condition.learned_classifier_free_guidance_embeddings[None]), *(both(c, u) for c, u in zip(vars(text).values(), vars(blank).values()))]
            def output(x, t, z, text, states, mask):
                parts = []
                for k in torch.arange(len(x)).split(250):
                    k = k.to(device); tt = torch.full((len(k),), t, device=device)
                    parts.append(torch.cat(model(x[k], tt, alpha[tt], z[k], text[k], states[k], mask[k], dtype=torch.float32), 1))
                return torch.cat(parts)
            scheduler = UnCLIPScheduler(variance_type="learned_range"); scheduler.set_timesteps(STEPS)
            import diffusers.schedulers.scheduling_unclip as S
            generator = torch.Generator(device).manual_seed(77); S.randn_tensor = lambda shape, **_: torch.randn(shape, generator=generator, device=device)
            x, ts = torch.randn(n, 3, 64, 64, generator=generator, device=device), scheduler.timesteps.tolist()
            for i, t in enumerate(ts):
                vi = output(torch.cat([x, x]), t, *inputs); a = alpha[t]
                epsilon = a.sqrt() * vi[:, :3] + (1 - a).sqrt() * torch.cat([x, x])
                u, c = epsilon.chunk(2)
                x = scheduler.step(torch.cat([u + GUIDANCE * (c - u), vi[n:, 3:]], 1), t, x, ts[i + 1] if i + 1 < len(ts) else None).prev_sample
            images = x.clamp(-1, 1).cpu()
            rows = torch.from_numpy(truth["attributes"].astype(np.int64))
            answers = judge(kind, read(classifier, images), rows)
            if kind == "two":
                for relation in ("on", "left", "front"):
                    mine = rows[:, PLACE["relation"]] == RELATIONS.index(relation)
                    answers[f"both, {relation}"] = answers["both"][mine]
            if kind == "word": answers["board"] = answers["word"][rows[:, PLACE["count"]] == 0]
            result[kind] = counted(answers)
            line = [f"{name} {kind}: {shown(answers)}"]
            for render in ("plain", "smooth"):
                true = torch.from_numpy(truth[render]).float() / 127.5 - 1
                whole, fine = (frechet_distance(f(classifier, images), f(classifier, true)) for f in (features, fine_features))
                result[kind][f"frechet, {render}"] = [whole, fine]; line.append(f"{render}: Frechet {whole:.3f}, fine {fine:.3f}, grid {grid(images):.2f} (true {grid(true):.2f})")
                if kind == "one":
                    own, known = clip.encode_image(true.to(device)), clip.encode_text([caption(r, canonical=True) for r in rows.numpy()])
                    g = torch.Generator(device).manual_seed(5); noise = torch.randn(true.shape, generator=g, device=device); found = []
                    for t in (50, 150, 250, 350, 450, 600, 800):
                        a = alpha[t]; x_t = a.sqrt() * true.to(device) + (1 - a).sqrt() * noise
                        v = output(x_t, t, own, known.embedding, known.states, known.mask)[:, :3]
                        found.append(psnr((a.sqrt() * x_t - (1 - a).sqrt() * v).cpu(), true))
                    result[kind][f"denoised, {render}"] = found; line.append(f"{render}: denoised " + " ".join(f"{d:.2f}" for d in found))
            print("\n  ".join(line), f"\n  {time.time() - BEGAN:.0f} s", flush=True)
            pictures = [images[:48].split(12), (torch.from_numpy(truth["smooth"]).float() / 127.5 - 1)[:48].split(12)]
            write_png(out / f"{name}-{kind}.png", contact_sheet([row for pair in zip(pictures[1], pictures[0]) for row in pair], scale=2))
            (out / "judged.json").write_text(json.dumps(results))
main()
