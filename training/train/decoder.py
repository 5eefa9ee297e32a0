"""Trains the decoder at 64 px together with the projections of CLIP's embeddings (UnCLIPTextProjModel).

Epsilon by way of velocity, learned variance range; z dropped 10 % for the learned null embedding, the caption
50 % for "" (Ramesh et al. 2022, section 2.1). Continue from a run folder or from a pack with --init.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.pipelines.deprecated.unclip import UnCLIPTextProjModel

from training.data.attributes import RELATIONS
from training.data.dataset import load_scenes
from training.data.png import contact_sheet, write_png
from training.paths import TRAINING
from training.train.diffusion.sampling import guided, make_scheduler, sample
from training.train.diffusion.schedule import add_noise, alpha_bar_table, learned_range_kl, sample_timesteps, spread
from training.train.frozen_clip import FrozenClip, show_and_tell
from training.train.loop import Run, load_weights, mark_done, parse_arguments
from training.train.networks.unclip_models import PixelUnshuffleUNet2DConditionModel

NULL = ("learned_classifier_free_guidance_embeddings",)


def build(config: dict) -> dict[str, torch.nn.Module]:
    """Fresh decoder and projections; the last convolution starts at zero."""
    decoder = PixelUnshuffleUNet2DConditionModel(**config["decoder"])
    torch.nn.init.zeros_(decoder.net.conv_out.weight)
    torch.nn.init.zeros_(decoder.net.conv_out.bias)
    return {"decoder": decoder, "decoder-condition": UnCLIPTextProjModel(**config["condition"])}


@torch.no_grad()
def standardise_inputs(condition: UnCLIPTextProjModel, image: torch.Tensor, text: torch.Tensor) -> None:
    """Scales the fresh projections so that they see raw embeddings as if standardised; the null starts at the mean."""
    for layer, embedding in ((condition.embedding_proj, text), (condition.clip_image_embeddings_project_to_time_embeddings, image),
                             (condition.clip_extra_context_tokens_proj, image)):
        mean, std = embedding.mean(0), embedding.std(0).clamp(min=1e-3)
        layer.weight.div_(std)
        layer.bias.sub_(layer.weight @ mean)
    condition.learned_classifier_free_guidance_embeddings.copy_(image.mean(0))


@torch.no_grad()
def load_null(condition: UnCLIPTextProjModel, manifest: Path) -> None:
    """The learned null embedding from a pack's manifest."""
    values = json.loads(manifest.read_text())["stages"]["decoder-condition"]["nullImageEmbedding"]
    condition.learned_classifier_free_guidance_embeddings.copy_(torch.tensor(values))


def project(condition: UnCLIPTextProjModel, z, text) -> tuple:
    """Context, time addition and mask of a batch, as `UnCLIPPipeline` forms them."""
    context, time = condition(image_embeddings=z, prompt_embeds=text.embedding, text_encoder_hidden_states=text.states, do_classifier_free_guidance=False)
    return context, time, F.pad(text.mask, (4, 0), value=1.0)


def main() -> None:
    arguments, config = parse_arguments(__doc__, "decoder.json")
    device, rng = arguments.device, np.random.default_rng(config["seed"])
    generator = torch.Generator().manual_seed(config["seed"])
    clip = FrozenClip(TRAINING / config["clip"], device)
    data, held_out = load_scenes(TRAINING / config["data"]), load_scenes(TRAINING / config["data"], "validation", 64)
    # A relation that is named twice comes twice as often.
    favoured = np.concatenate([(data.column("relation") == RELATIONS.index(name)).nonzero()[0] for name in config["favoured_relations"]])
    modules = build(config)
    images, captions = show_and_tell(data, np.arange(512), np.random.default_rng(0), device)
    if arguments.init:
        load_weights(modules["decoder"], arguments.init, "decoder")
        load_weights(modules["decoder-condition"], arguments.init, "decoder-condition", NULL)
        if (arguments.init / "manifest.json").exists():  # a pack keeps the null embedding in its manifest
            load_null(modules["decoder-condition"], arguments.init / "manifest.json")
    else:
        standardise_inputs(modules["decoder-condition"], clip.encode_image(images), clip.encode_text(captions).embedding)
    modules["decoder"].to(device, memory_format=torch.channels_last)
    modules["decoder-condition"].to(device)
    run = Run(modules, config, arguments)
    alpha_bar = alpha_bar_table()

    def loss_of_step(progress: float):
        # At half the size a sample costs a quarter, and what it teaches (layout, colour, conditions) carries over.
        half = progress < config["half_size_share"]
        rows = data.draw(config["half_size_batch" if half else "batch"], rng, favoured, config["favoured_share"])
        images, captions = show_and_tell(data, rows, rng, device)
        keep_text = rng.random(len(captions)) >= config["drop_text"]
        with torch.no_grad(), torch.autocast(device, torch.bfloat16):
            z = clip.encode_image(images)
            text = clip.encode_text([c if keep else "" for c, keep in zip(captions, keep_text, strict=True)])
        keep_z = torch.from_numpy(rng.random((len(captions), 1)) >= config["drop_image"]).to(device)
        z = torch.where(keep_z, z.float(), modules["decoder-condition"].learned_classifier_free_guidance_embeddings[None])
        images = F.avg_pool2d(images, 2) if half else images
        t = sample_timesteps(len(captions), generator=generator, **config["timesteps"])
        a = alpha_bar[t].to(device)
        noise = torch.randn(images.shape, generator=generator).to(device)
        x_t = add_noise(images, noise, a)
        with torch.autocast(device, torch.bfloat16):
            context, time, mask = project(modules["decoder-condition"], z, text)
            v, interpolation = modules["decoder"].inner_output(x_t, t.to(device), context, time, mask)
        a = spread(a, images)
        squared = (v - (a.sqrt() * noise - (1 - a).sqrt() * images)).square().mean()
        predicted_x0 = a.sqrt() * x_t - (1 - a).sqrt() * v
        kl = learned_range_kl(images.cpu(), x_t.cpu(), predicted_x0.detach().cpu(), interpolation.cpu(), t, stride_back(t), alpha_bar).mean()
        return squared + config["variance_weight"] * kl.to(device), len(images), {"v": squared.item(), "kl": kl.item()}

    def stride_back(t: torch.Tensor) -> torch.Tensor:
        """Where a sampler's step from t might end, [N]: never past 0, -1 from 0 itself."""
        shortest, longest = config["variance_strides"]
        strides = torch.randint(shortest, longest + 1, t.shape, generator=generator)
        return torch.where(t > 0, (t - strides).clamp(min=0), -1)

    sheet_images, sheet_captions = show_and_tell(held_out, np.arange(8), np.random.default_rng(1), device)

    @torch.no_grad()
    def on_sheet(label: str) -> None:
        """Held-out pictures; samples from their embedding and caption, and from the caption alone."""
        decoder, condition = run.emas["decoder"].module, run.emas["decoder-condition"].module
        z, text, blank = clip.encode_image(sheet_images), clip.encode_text(sheet_captions), clip.encode_text([""] * 8)
        null = condition.learned_classifier_free_guidance_embeddings[None].expand(8, -1)
        rows = [sheet_images.cpu()]
        for image_condition, text_condition in ((z, text), (null, text)):
            parts = [project(condition, null, blank), project(condition, image_condition, text_condition)]
            context, time, mask = (torch.cat(pair) for pair in zip(*parts, strict=True))

            def predict(x, t, last):
                with torch.autocast(device, torch.bfloat16):
                    output = decoder(torch.cat([x, x]).to(device), t, context, class_labels=time, attention_mask=mask).sample
                return guided(*output.float().cpu().chunk(2), config["guidance_scale"], channels=3)

            rows.append(sample("decoder", make_scheduler(config["scheduler"]), config["sheet_steps"], (3, 64, 64), list(range(8)), predict))
        write_png(arguments.out / "sheets" / f"{label}.png", contact_sheet(rows, scale=2))
        print(f"sheet {label}: " + " | ".join(sheet_captions), flush=True)

    if run.train(loss_of_step, on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
