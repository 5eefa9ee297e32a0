"""Trains the decoder of 2.0 on, by the clock, on scenes that other processes render meanwhile.

    python train.py FOLDER SECONDS [--batch 256] [--device cuda] [--capacity 160000]
"""
import argparse, json, math, os, time
from pathlib import Path
import numpy as np, torch, torch.nn.functional as F
from torch import nn
import torch._dynamo
import net, weights
from training.data.attributes import RELATIONS
from training.data.dataset import CROP_FACTOR  # noqa: F401 (fails early if the tree's training is not on the path)
from training.data.attributes import PLACE
from training.paths import TOYBOX
from training.train.frozen_clip import FrozenClip

a_ = argparse.ArgumentParser(); a_.add_argument("folder", type=Path); a_.add_argument("seconds", type=float)
a_.add_argument("--batch", type=int, default=256); a_.add_argument("--device", default="cuda"); a_.add_argument("--capacity", type=int, default=160000)
a_.add_argument("--rate", type=float, default=8e-4); a_.add_argument("--no-compile", action="store_true"); a_.add_argument("--began", type=float, default=0)
A = a_.parse_args()
START = A.began or time.time()
device, B, CAPTIONS = A.device, A.batch, 4
GUIDE = 0.12  # share of the batch in front of one another
torch.manual_seed(31); torch.backends.cudnn.benchmark = True; torch.set_float32_matmul_precision("high"); torch.set_num_threads(2)
say = lambda *words: print(f"{time.time() - START:6.1f}", *words, flush=True)

class Pool:
    """Rendered scenes on the device with their embeddings and captions."""
    def __init__(self, folder, clip, capacity):
        self.folder, self.clip, self.n, self.seen = folder, clip, 0, set()
        new = lambda dtype, *shape: torch.zeros((capacity, *shape), dtype=dtype, device=device)
        self.pictures, self.z = new(torch.uint8, 3, 64, 64), new(torch.float32, 128)
        self.text, self.states, self.mask = new(torch.bfloat16, CAPTIONS, 128), new(torch.bfloat16, CAPTIONS, 32, 128), new(torch.bfloat16, CAPTIONS, 32)
        self.front, self.blank, self.capacity = torch.zeros(0, dtype=torch.long, device=device), self.told(clip_ids_of_blank(clip)), capacity
    @torch.no_grad()
    def told(self, ids):
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            output = self.clip.text(input_ids=ids)
        is_eos = (ids == self.clip.eos).int()
        return output.text_embeds.bfloat16(), output.last_hidden_state.bfloat16(), (is_eos.cumsum(1) - is_eos == 0).bfloat16()
    @torch.no_grad()
    def refresh(self):
        for path in sorted(self.folder.glob("train-*.npz")):
            if path.name in self.seen or self.n + 500 > self.capacity: continue
            self.seen.add(path.name)
            with np.load(path) as shard: images, rows, ids = shard["images"], shard["attributes"], shard["ids"]
            n, k = self.n, self.n + len(images)
            self.pictures[n:k] = torch.from_numpy(images).to(device)
            with torch.autocast(torch.device(device).type, torch.bfloat16):
                self.z[n:k] = self.clip.encode_image(self.pictures[n:k].float() / 127.5 - 1).float()
            text, states, mask = self.told(torch.from_numpy(ids).long().to(device).flatten(0, 1))
            for kept, value in ((self.text, text), (self.states, states), (self.mask, mask)):
                kept[n:k] = value.view(k - n, CAPTIONS, *value.shape[1:])
            front = torch.from_numpy((rows[:, PLACE["relation"]] == RELATIONS.index("front")).nonzero()[0] + n).to(device)
            self.front, self.n = torch.cat([self.front, front]), k
    def draw(self):
        rows = torch.randint(self.n, (B,), device=device)
        count = int(B * GUIDE)
        if len(self.front): rows[:count] = self.front[torch.randint(len(self.front), (count,), device=device)]
        line = torch.randint(CAPTIONS, (B,), device=device)
        told = [kept[rows, line] for kept in (self.text, self.states, self.mask)]
        # Both are dropped together often enough for what guidance pushes away from, and each alone for who asks with one of them.
        fate = torch.rand(B, device=device)
        keep, keep_z = (fate >= 0.28) | ((fate >= 0.07) & (fate < 0.14)), fate >= 0.14
        told = [torch.where(keep.view(-1, *[1] * (v.ndim - 1)), v, nothing) for v, nothing in zip(told, self.blank)]
        return self.pictures[rows], self.z[rows], *(v.float() for v in told), keep_z

def clip_ids_of_blank(clip):
    from training.train.tokenizer_bpe import encode
    return torch.from_numpy(encode(clip.tokenizer, [""])).long().to(device)

def timesteps():
    uniform = int(B * 0.36)
    strata = (torch.arange(uniform, device=device) + torch.rand(uniform, device=device)) / uniform
    middle = torch.sigmoid(-0.6 + 1.05 * torch.randn(B - uniform, device=device))
    # In which rows which t stands must not go with which scene: the first rows are those in front of one another.
    return (torch.cat([strata, middle])[torch.randperm(B, device=device)] * 1000).long().clamp(0, 999)

ALPHA = net.alpha_bar_table().to(device)
FIRST = ((1 - ALPHA[0]) / (1 - ALPHA[1]) * (1 - ALPHA[1] / ALPHA[0])).item()

def losses(model, pictures, z, text, states, mask, keep_z, t, previous, noise):
    x0 = pictures.float() / 127.5 - 1
    a_t = ALPHA[t]; a = a_t[:, None, None, None]
    x_t = a.sqrt() * x0 + (1 - a).sqrt() * noise
    z = torch.where(keep_z[:, None], z, model.condition.learned_classifier_free_guidance_embeddings[None])
    v, interpolation = model(x_t, t, a_t, z, text, states, mask)
    error = v - (a.sqrt() * noise - (1 - a).sqrt() * x0)
    squared = error.square().mean()
    edges = error.diff(dim=-1).square().mean() + error.diff(dim=-2).square().mean()
    # The variance learns from the divergence of a step to `previous`.
    a_p = torch.where(previous >= 0, ALPHA[previous.clamp(min=0)], 1.0)
    beta = 1 - a_t / a_p
    posterior = torch.where(t > 0, (1 - a_p) / (1 - a_t) * beta, FIRST)
    low, high = posterior.log()[:, None, None, None], beta.log()[:, None, None, None]
    guess = (a.sqrt() * x_t - (1 - a).sqrt() * v).detach().clamp(-1, 1)
    log_variance = (interpolation + 1) / 2 * (high - low) + low
    gap = (a_p.sqrt() * beta / (1 - a_t))[:, None, None, None] * (x0 - guess)
    kl = (0.5 * (log_variance - low + (low - log_variance).exp() + gap**2 * (-log_variance).exp() - 1)).mean() / math.log(2.0)
    return squared + 0.25 * edges + 0.3 * kl, torch.stack([squared.detach(), edges.detach(), kl.detach()])

def save(mean, name):
    weights.save_parts(mean, A.folder, name)

def main():
    model = net.Both(); weights.load_first(model); model.to(device)
    mean = [p.detach().clone() for p in model.parameters()]
    names = [n for n, _ in model.named_parameters()]
    parameters = list(model.parameters())
    optimiser = torch.optim.AdamW([{"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.01},
                                   {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}], lr=1e-5, betas=(0.9, 0.99), fused=True)
    step_of = losses if A.no_compile else torch.compile(losses, dynamic=False)
    if not A.no_compile:
        torch._dynamo.config.suppress_errors = True
        r = lambda *s: torch.randn(*s, device=device)
        t = timesteps()
        for _ in range(3):
            loss, _ = step_of(model, torch.randint(256, (B, 3, 64, 64), dtype=torch.uint8, device=device), r(B, 128), r(B, 128), r(B, 32, 128),
                    torch.ones(B, 32, device=device), torch.rand(B, device=device) > 0.1, t, t - 1, r(B, 3, 64, 64))
            loss.backward(); say("compiled", loss.item())
        optimiser.zero_grad(set_to_none=True)
    pool = Pool(A.folder, FrozenClip(TOYBOX, device), A.capacity)
    while pool.n < 2 * B: time.sleep(0.5); pool.refresh()
    say("begins with", pool.n, "scenes")
    begun, step, printed, refreshed, saved, shown, frozen = time.time(), 0, time.time(), time.time(), time.time(), None, 0
    while (now := time.time()) - START < A.seconds:
        progress = (now - begun) / (START + A.seconds - begun)
        rate = A.rate * min(1, (step + 1) / 200) * 0.5 * (1 - math.cos(math.pi * min(1, (1 - progress) / 0.85)))
        for group in optimiser.param_groups: group["lr"] = rate
        t = timesteps()
        previous = torch.where(t > 0, (t - torch.randint(20, 61, (B,), device=device)).clamp(min=0), -1)
        loss, parts = step_of(model, *pool.draw(), t, previous, torch.randn(B, 3, 64, 64, device=device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        size = nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.found_inf = (~torch.isfinite(size)).float().reshape(())
        optimiser.step()
        step += 1
        decay = min(0.9990, (1 + step) / (10 + step))
        torch._foreach_lerp_(mean, [p.detach() for p in parameters], 1 - decay)
        shown = parts if shown is None else torch.where(torch.isfinite(parts), shown.lerp(parts, 0.02), shown)
        if step in (1, 20, 100): say('step', step, 'v, edges, kl', ' '.join(f'{x:.4f}' for x in parts.tolist()))
        if now - refreshed > (3 if pool.n < 20000 else 8): pool.refresh(); refreshed = time.time()
        if now - printed > 15:
            say(f"step {step}  {step * B / (now - begun):.0f} samples/s  lr {rate:.1e}  scenes {pool.n}  v, edges, kl", " ".join(f"{x:.4f}" for x in shown.tolist()), f"gradient {size.item():.3f}")
            printed = now
        if now - saved > 40: save(dict(zip(names, mean)), "mean"); saved = time.time()
        if device == "cuda" and step % 50 == 0: torch.cuda.synchronize()  # the clock must not run ahead of the device
    save(dict(zip(names, mean)), "mean")
    say(f"finished: {step} steps, {step * B} samples, {pool.n} scenes, {time.time() - begun:.0f} s")
    (A.folder / "DONE").write_text("")

main()
