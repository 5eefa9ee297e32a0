"""Writes test/parity/goldens/stable-unclip.json: runs of diffusers' Stable unCLIP pipelines on the small checkpoint.

`python -m training.export.stable_unclip_goldens`, after `small_checkpoints`. The pipelines run as they are, on counted
noise. README.md beside the goldens explains the keys.
"""

from unittest import mock

import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler, PriorTransformer, StableUnCLIPImg2ImgPipeline, StableUnCLIPPipeline
from diffusers.pipelines.stable_diffusion import pipeline_stable_unclip, pipeline_stable_unclip_img2img
from diffusers.schedulers import scheduling_ddpm
from PIL import Image
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from training.export.golden_file import write_golden
from training.export.random_goldens import pack_array
from training.paths import CHECKPOINTS
from training.train.diffusion.philox import PURPOSE, gaussian_noise

FOLDER, KARLO = CHECKPOINTS / "small-stable-unclip", CHECKPOINTS / "small-karlo"
STEPS, PRIOR_STEPS, GUIDANCE, PRIOR_GUIDANCE = 5, 4, 3.0, 2.0
CAPTION, NEGATIVE = "a red cube", "blue"
HEIGHT, WIDTH = 8, 16
# Side of the picture that the image encoder sees: nothing is resized.
SIDE = 16


def noise(purpose: str, shape: tuple[int, ...], seed: int, step: int = 0) -> torch.Tensor:
    """One row of counted noise."""
    return torch.from_numpy(gaussian_noise(shape, seed=seed, purpose=PURPOSE[purpose], step=step))[None]


def picture() -> np.ndarray:
    """Bytes [SIDE, SIDE, 3] of a picture by a formula, which the test has as well."""
    y, x, channel = np.meshgrid(np.arange(SIDE), np.arange(SIDE), np.arange(3), indexing="ij")
    return ((37 * x + 91 * y + 53 * channel * (x + 1)) % 256).astype(np.uint8)


class Watched:
    """Collects the calls of a pipeline's U-Net: timestep, x_t and what guidance makes of the two rows' outputs."""

    def __init__(self, unet: torch.nn.Module):
        self.calls = []
        unet.register_forward_hook(self.see, with_kwargs=True)

    def see(self, _, args, kwargs, output):
        sample, timestep = args
        unguided, guided = output[0].chunk(2)
        row = {"x": sample[1], "output": (unguided + GUIDANCE * (guided - unguided))[0]}
        self.labels = kwargs["class_labels"]
        self.calls.append({"timestep": int(timestep)} | {name: pack_array(value) for name, value in row.items()})


def finished(watched: Watched, latents: torch.Tensor, vae, seed: int, level: int) -> dict:
    """A run as the golden keeps it: its calls, the noised embedding with its level's sinusoids, latent and picture."""
    image = vae.decode(latents / vae.config.scaling_factor).sample.clamp(-1, 1)
    arrays = {"labels": watched.labels[1], "final": latents[0], "image": image[0]}
    told = {"seed": seed, "level": level, "calls": watched.calls}
    return told | {name: pack_array(value) for name, value in arrays.items()}


@torch.no_grad()
def variation(scheduler: str, seed: int, level: int) -> dict:
    """`StableUnCLIPImg2ImgPipeline` from a picture, with a caption and a negative one."""
    pipeline = StableUnCLIPImg2ImgPipeline.from_pretrained(FOLDER)
    pipeline.set_progress_bar_config(disable=True)
    if scheduler == "ddim":
        pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config, clip_sample=False)
    watched = Watched(pipeline.unet)
    drawn = noise("image-noise", (pipeline.image_normalizer.config.embedding_dim,), seed)
    with mock.patch.object(pipeline_stable_unclip_img2img, "randn_tensor", lambda *_, **__: drawn):
        latents = pipeline(
            image=Image.fromarray(picture()),
            prompt=CAPTION,
            negative_prompt=NEGATIVE,
            height=HEIGHT,
            width=WIDTH,
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE,
            noise_level=level,
            latents=noise("decoder", (4, HEIGHT // 2, WIDTH // 2), seed),
            output_type="latent",
        ).images
    return {"scheduler": scheduler} | finished(watched, latents, pipeline.vae, seed, level)


@torch.no_grad()
def from_text(seed: int, level: int) -> dict:
    """`StableUnCLIPPipeline` from a caption: Karlo's prior, the rest as above; and the embedding that the prior made.

    The prior's scheduler is DDPM with Karlo's numbers, as diffusers' documentation has it: the pipeline does not tell
    `UnCLIPScheduler` the timestep of the next step, which then takes steps of one timestep.
    """
    other = StableUnCLIPImg2ImgPipeline.from_pretrained(FOLDER)
    shared = ("image_normalizer", "image_noising_scheduler", "tokenizer", "text_encoder", "unet", "scheduler", "vae")
    pipeline = StableUnCLIPPipeline(
        prior_tokenizer=CLIPTokenizer.from_pretrained(KARLO / "tokenizer"),
        prior_text_encoder=CLIPTextModelWithProjection.from_pretrained(KARLO / "text_encoder"),
        prior=PriorTransformer.from_pretrained(KARLO / "prior"),
        prior_scheduler=DDPMScheduler.from_pretrained(KARLO / "prior_scheduler"),
        **{name: getattr(other, name) for name in shared},
    )
    pipeline.set_progress_bar_config(disable=True)
    watched = Watched(pipeline.unet)
    made = {}

    def noised(image_embeds, **kwargs):
        made["embedding"] = image_embeds[0].clone()
        return StableUnCLIPPipeline.noise_image_embeddings(pipeline, image_embeds, **kwargs)

    size = pipeline.prior.config.embedding_dim
    steps = iter(range(1, PRIOR_STEPS + 1))
    of_prior = lambda *_, **__: noise("prior", (size,), seed, next(steps))
    of_image = lambda *_, **__: noise("image-noise", (size,), seed)
    with (
        mock.patch.object(scheduling_ddpm, "randn_tensor", of_prior),
        mock.patch.object(pipeline_stable_unclip, "randn_tensor", of_image),
        mock.patch.object(pipeline, "noise_image_embeddings", noised),
    ):
        latents = pipeline(
            prompt=CAPTION,
            height=HEIGHT,
            width=WIDTH,
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE,
            prior_num_inference_steps=PRIOR_STEPS,
            prior_guidance_scale=PRIOR_GUIDANCE,
            prior_latents=noise("prior", (size,), seed),
            noise_level=level,
            latents=noise("decoder", (4, HEIGHT // 2, WIDTH // 2), seed),
            output_type="latent",
        ).images
    return finished(watched, latents, pipeline.vae, seed, level) | {"embedding": pack_array(made["embedding"])}


def make() -> dict:
    """All of them."""
    return {
        "caption": CAPTION,
        "negative": NEGATIVE,
        "guidanceScale": GUIDANCE,
        "priorGuidanceScale": PRIOR_GUIDANCE,
        "steps": STEPS,
        "priorSteps": PRIOR_STEPS,
        "picture": pack_array(picture().transpose(2, 0, 1).astype(np.float32)),
        "variations": [variation("pndm", 3, 0), variation("pndm", 4, 300), variation("ddim", 5, 700)],
        "fromText": from_text(6, 50),
    }


if __name__ == "__main__":
    write_golden(__doc__, "stable-unclip.json", make)
