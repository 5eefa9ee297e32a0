"""Trains the diffusion prior: from a caption's CLIP text embedding and states to the CLIP image embedding.

Predicts x_0 of standardised embeddings (stored mean and std), caption dropped 10 % for "" (Ramesh et al. 2022,
section 2.1; PriorTransformer). Prints the cosine of its samples to the true embeddings.
"""

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import PriorTransformer
from diffusers.models.attention_processor import AttnProcessor

from training.data.captions import caption
from training.data.dataset import load_scenes, to_model_range
from training.paths import TRAINING
from training.train.diffusion.sampling import guided, make_scheduler, sample
from training.train.diffusion.schedule import add_noise, alpha_bar_table, sample_timesteps
from training.train.frozen_clip import FrozenClip, TextBatch, embed_images
from training.train.loop import Run, load_weights, mark_done, parse_arguments


def build(config: dict) -> PriorTransformer:
    """A fresh prior; the query and the positions start small, not at zero."""
    model = PriorTransformer(**config["prior"])
    model.set_attn_processor(AttnProcessor())  # the plain products train faster than the fused ones on a CPU
    torch.nn.init.normal_(model.positional_embedding, std=0.02)
    torch.nn.init.normal_(model.prd_embedding, std=0.02)
    return model


def predict_guided(model: PriorTransformer, text: TextBatch, blank: TextBatch, scale: float, device: str):
    """A `predict` for `sampling.sample` with classifier-free guidance against `blank` (both with N rows)."""
    both = [torch.cat([getattr(blank, name), getattr(text, name)]) for name in ("embedding", "states", "mask")]

    def predict(x, t, last):
        output = model(torch.cat([x, x]).to(device), timestep=t, proj_embedding=both[0], encoder_hidden_states=both[1], attention_mask=both[2])
        return guided(*output.predicted_image_embedding.float().cpu().chunk(2), scale)

    return predict


def main() -> None:
    arguments, config = parse_arguments(__doc__, "prior.json")
    device, rng = arguments.device, np.random.default_rng(config["seed"])
    generator = torch.Generator().manual_seed(config["seed"])
    clip = FrozenClip(TRAINING / config["clip"], device)
    data, held_out = load_scenes(TRAINING / config["data"]), load_scenes(TRAINING / config["data"], "validation", 256)
    embeddings = embed_images(clip, data.images)
    mean, std = embeddings.mean(0), embeddings.std(0).clamp(min=1e-3)
    standardised = (embeddings - mean) / std
    # The clip range of the scheduler in the configuration and the manifest is chosen by these.
    print(f"standardised embeddings: largest {standardised.abs().max():.2f}, 99.99 % below {np.quantile(standardised.abs().numpy(), 0.9999):.2f}")
    model = build(config)
    if arguments.init:
        load_weights(model, arguments.init, "prior", ("clip_mean", "clip_std"))
    with torch.no_grad():
        model.clip_mean.copy_(mean[None]), model.clip_std.copy_(std[None])
    model.clip_mean.requires_grad_(False), model.clip_std.requires_grad_(False)
    model.to(device)
    run = Run({"prior": model}, config, arguments)
    alpha_bar = alpha_bar_table()

    def loss_of_step(progress: float):
        rows = rng.integers(len(standardised), size=config["batch"])
        captions = [caption(data.attributes[i], rng) if rng.random() >= config["drop_text"] else "" for i in rows]
        x0 = standardised[rows].to(device)
        t = sample_timesteps(len(rows), generator=generator, **config["timesteps"])
        x_t = add_noise(x0, torch.randn(x0.shape, generator=generator).to(device), alpha_bar[t].to(device))
        with torch.autocast(device, torch.bfloat16):
            text = clip.encode_text(captions)
            predicted = model(x_t, timestep=t.to(device), proj_embedding=text.embedding, encoder_hidden_states=text.states,
                              attention_mask=text.mask).predicted_image_embedding
        loss = (predicted.float() - x0).square().mean()
        return loss, len(rows), {"x0": loss.item()}

    test_images = to_model_range(held_out.images).to(device)
    test_captions = [caption(row, canonical=True) for row in held_out.attributes]

    @torch.no_grad()
    def on_sheet(label: str) -> None:
        """Cosines of samples to the embedding of the picture behind the caption, and to that of another picture."""
        captions, truth = test_captions, clip.encode_image(test_images).cpu()
        ema, blank = run.emas["prior"].module, clip.encode_text([""] * len(captions))
        for scale in config["sheet_guidance"]:
            predict = predict_guided(ema, clip.encode_text(captions), blank, scale, device)
            z = sample("prior", make_scheduler(config["scheduler"]), config["sheet_steps"], (embeddings.shape[1],), list(range(len(captions))), predict)
            z = z * std + mean
            print(f"sheet {label}: guidance {scale:g}  cosine to its picture {F.cosine_similarity(z, truth).mean():.3f}, "
                  f"to another {F.cosine_similarity(z, truth.roll(1, 0)).mean():.3f}, norm {z.norm(dim=1).mean():.2f} against {truth.norm(dim=1).mean():.2f}", flush=True)

    if run.train(loss_of_step, on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
