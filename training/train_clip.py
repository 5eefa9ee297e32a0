"""Trains CLIP on rendered scenes and their captions, then embeds the training pictures.

    python train_clip.py [--config configs/clip.json] [--init runs/clip] [--device cpu] [--minutes 10] [--steps N]

The learning rate falls to zero when either the steps or the minutes are used up, whichever comes first.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch

from clipwork_training.captions import all_texts, caption, compose
from clipwork_training.clip_model import (
    AttributeHeads, Average, Clip, build_models, contrastive_loss, describes, load_models, norm_penalty,
)
from clipwork_training.dataset import load_scenes, to_model_range
from clipwork_training.tokenizer_bpe import encode, load_tokenizer, train_tokenizer

ROOT = Path(__file__).parent


@torch.no_grad()
def embed_images(vision, images: np.ndarray, device, flip: bool = False) -> np.ndarray:
    """Image embeddings float32 [N, D] of uint8 pictures."""
    out = []
    for start in range(0, len(images), 500):
        batch = to_model_range(images[start : start + 500]).to(device)
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            embeds = vision(pixel_values=batch.flip(-1) if flip else batch).image_embeds
        out.append(embeds.float().cpu().numpy())
    return np.concatenate(out)


@torch.no_grad()
def retrieval(clip: Clip, tokenizer, data, device, count: int = 512, seed: int = 99) -> dict:
    """Top-1 retrieval among `count` held-out pictures with full captions, all attribute rows distinct."""
    _, first = np.unique(data.attributes, axis=0, return_index=True)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(first)[:count]
    texts = [caption(data.attributes[i], rng, full=True) for i in rows]
    ids = torch.from_numpy(encode(tokenizer, texts)).long().to(device)
    text = clip.text(input_ids=ids).text_embeds
    image = clip.vision(pixel_values=to_model_range(data.images[rows]).to(device)).image_embeds
    cosine = torch.nn.functional.normalize(image, dim=-1) @ torch.nn.functional.normalize(text, dim=-1).T
    target = torch.arange(len(rows), device=device)
    norms = {name: [e.norm(dim=-1).mean().item(), e.norm(dim=-1).std().item()] for name, e in
             (("text", text), ("image", image))}
    return {
        "pictures": len(rows), "distinct_captions": len(set(texts)),
        "image_to_text": (cosine.argmax(1) == target).float().mean().item(),
        "text_to_image": (cosine.argmax(0) == target).float().mean().item(),
        "norm_mean_and_deviation": norms,
    }


def draw_batch(data, tokenizer, config, rng, device):
    """Images [N, 3, 64, 64], ids [N, <= 32], which attributes the captions name [N, 6] and the attributes [N, 6]."""
    rows = rng.integers(len(data.images), size=config["batch"])
    drawn = [compose(data.attributes[i], rng, full=rng.random() < config["full_captions"]) for i in rows]
    texts, named = zip(*drawn)
    # Scenes are as likely as their mirror images, so a flip is a scene too.
    images = to_model_range(data.images[rows])
    flip = torch.from_numpy(rng.random(len(rows)) < 0.5)
    images[flip] = images[flip].flip(-1)
    ids = torch.from_numpy(encode(tokenizer, texts)).long()
    # The text model is causal and pools at the first EOS, so columns of padding only cost time.
    ids = ids[:, : int((ids != ids[0, -1]).sum(1).max()) + 1]
    return images.to(device), ids.to(device), torch.tensor(named).to(device), torch.from_numpy(data.attributes[rows]).to(device)


def train(config: dict, clip: Clip, tokenizer, data, held_out, device) -> Clip:
    rng = np.random.default_rng(config["seed"])
    heads = AttributeHeads(config["dimension"]).to(device)
    parameters = [*clip.parameters(), *heads.parameters()]
    decayed = [p for p in parameters if p.ndim > 1]
    plain = [p for p in parameters if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": config["weight_decay"]}, {"params": plain, "weight_decay": 0.0}],
        lr=config["learning_rate"], betas=(0.9, 0.98))
    average = Average(clip, config["ema"])
    begin, step, done, running = time.time(), 0, 0.0, None
    while done < 1:
        done = max(step / config["steps"], (time.time() - begin) / 60 / config["minutes"])
        if done >= 1:
            break
        rise = min(1.0, done / config["warmup"] + 0.01)
        for group in optimiser.param_groups:
            group["lr"] = config["learning_rate"] * rise * 0.5 * (1 + math.cos(math.pi * done))
        images, ids, named, attributes = draw_batch(data, tokenizer, config, rng, device)
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            text, image = clip(ids, images)
        text, image = text.float(), image.float()
        loss = contrastive_loss(text, image, clip.log_scale, describes(named, attributes))
        help_loss = heads(text, named, attributes) + heads(image, torch.ones_like(named), attributes)
        # The help fades out, so that the end of training is contrastive alone.
        (loss + config["attribute_weight"] * max(0.0, 1 - done / 0.7) * help_loss
         + config["norm_weight"] * (norm_penalty(text) + norm_penalty(image))).backward()
        torch.nn.utils.clip_grad_norm_(clip.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        average.update(clip)
        running = loss.item() if running is None else 0.95 * running + 0.05 * loss.item()
        step += 1
        if step % 20 == 0:
            print(f"{done:6.1%} step {step} loss {running:.3f} {(time.time() - begin) / step:.2f} s a step", flush=True)
        if step % 200 == 0:
            found = retrieval(average.model, tokenizer, held_out, device)
            print(f"retrieval image to text {found['image_to_text']:.3f}, text to image {found['text_to_image']:.3f}", flush=True)
    return average.model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=ROOT / "configs/clip.json")
    parser.add_argument("--init", type=Path, help="folder with text/, vision/ and tokenizer.json to go on from")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    config = json.loads(args.config.read_text())
    config |= {key: value for key in ("minutes", "steps") if (value := getattr(args, key)) is not None}
    torch.manual_seed(config["seed"])
    print("seed", config["seed"], flush=True)
    output = ROOT / config["output"]
    output.mkdir(parents=True, exist_ok=True)
    if args.init:
        tokenizer = load_tokenizer(args.init / "tokenizer.json")
        text, vision = load_models(args.init)
    else:
        tokenizer = train_tokenizer(all_texts(20_000, config["seed"]))
        text, vision = build_models(config, tokenizer)
    tokenizer.save(str(output / "tokenizer.json"))
    print("parameters: text", text.num_parameters(), "vision", vision.num_parameters(), flush=True)
    data, held_out = load_scenes(ROOT / config["data"]), load_scenes(ROOT / config["data"], "evaluation")
    # A model that has trained before starts at the temperature where such models end.
    clip = Clip(text, vision, temperature=0.02 if args.init else 0.07).to(args.device)
    best = train(config, clip, tokenizer, data, held_out, args.device)
    best.text.save_pretrained(output / "text")
    best.vision.save_pretrained(output / "vision")
    metrics = retrieval(best, tokenizer, held_out, args.device) | {"temperature": 1 / best.log_scale.exp().item()}
    (output / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    print(json.dumps(metrics, indent=1), flush=True)
    folder = ROOT / config["data"]
    np.save(folder / "clip_embeddings.npy", embed_images(best.vision, data.images, args.device))
    np.save(folder / "clip_embeddings_flipped.npy", embed_images(best.vision, data.images, args.device, flip=True))
    (output / "DONE").write_text("")


if __name__ == "__main__":
    main()
