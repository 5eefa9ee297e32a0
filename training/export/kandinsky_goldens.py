"""Writes test/parity/goldens/kandinsky.json: Kandinsky 2.2's own pipelines on the small random folders, step by step.

`python -m training.export.kandinsky_goldens`, after `small_checkpoints`. The pipelines are diffusers', loops and all,
in the folders as they lie; only their noise is counted (docs/decisions/0002-noise.md). README.md beside the goldens
explains the keys.
"""

from unittest import mock

import torch
from diffusers import DDIMScheduler, KandinskyV22Pipeline, KandinskyV22PriorPipeline
from diffusers.schedulers import scheduling_ddim, scheduling_ddpm, scheduling_unclip

from training.export.golden_file import write_golden
from training.export.random_goldens import CAPTIONS, pack_array
from training.paths import CHECKPOINTS
from training.train.diffusion.sampling import counted_noise

FOLDERS = {part: CHECKPOINTS / f"small-kandinsky-2-2-{part}" for part in ("prior", "decoder")}
STEPS, SCALE, WIDTH, HEIGHT = 4, 4.0, 24, 16
SEEDS, WEIGHTS = [3, 4], (0.4, 0.6)


def watch(scheduler, stage: str, seeds: list[int]) -> list[dict]:
    """A list that fills with the steps of the scheduler, which adds counted noise from now on."""
    steps, real = [], scheduler.step

    def step(output, timestep, sample, **more):
        noise = counted_noise(stage, sample.shape[1:], seeds, len(steps) + 1)
        draw = lambda shape, **_: noise.reshape(tuple(shape))
        with (
            mock.patch.object(scheduling_ddpm, "randn_tensor", draw),
            mock.patch.object(scheduling_ddim, "randn_tensor", draw),
            mock.patch.object(scheduling_unclip, "randn_tensor", draw),
        ):
            moved = real(output, timestep, sample, **more)
        steps.append({"timestep": int(timestep), "x": sample.clone(), "next": moved.prev_sample.clone()})
        return moved

    scheduler.step = step
    return steps


def run_of(steps: list[dict], seeds: list[int]) -> dict:
    return {
        "seeds": seeds,
        "guidanceScale": SCALE,
        "timesteps": [step["timestep"] for step in steps],
        "states": [pack_array(step["x"]) for step in steps],
        "final": pack_array(steps[-1]["next"]),
    }


def quiet(pipeline):
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@torch.no_grad()
def prior_run() -> tuple[dict, dict[str, torch.Tensor]]:
    """The prior on a caption and on a negative one, one row each; the embeddings of both, and of a picture of zeros."""
    pipeline = quiet(KandinskyV22PriorPipeline.from_pretrained(FOLDERS["prior"]))
    steps = watch(pipeline.scheduler, "prior", SEEDS)
    width = pipeline.prior.config.embedding_dim
    image, negative = pipeline(
        CAPTIONS[0],
        negative_prompt=CAPTIONS[1],
        num_inference_steps=STEPS,
        latents=counted_noise("prior", (width,), SEEDS, 0),
        guidance_scale=SCALE,
        return_dict=False,
    )
    embeddings = {"image": image, "negative": negative, "zero": pipeline.get_zero_embed()}
    packed = {name: pack_array(embedding) for name, embedding in embeddings.items()}
    return run_of(steps, SEEDS) | packed | {"caption": CAPTIONS[0], "negativeCaption": CAPTIONS[1]}, embeddings


@torch.no_grad()
def blend() -> dict:
    """A caption and a picture [1, 3, S, S] in [-1, 1] as one embedding, by the pipeline's `interpolate`."""
    pipeline = quiet(KandinskyV22PriorPipeline.from_pretrained(FOLDERS["prior"]))
    watch(pipeline.scheduler, "prior", SEEDS[:1])
    side, width = pipeline.image_encoder.config.image_size, pipeline.prior.config.embedding_dim
    picture = torch.sin(torch.arange(3 * side * side, dtype=torch.float32)).reshape(1, 3, side, side)
    embedding = pipeline.interpolate(
        [CAPTIONS[0], picture],
        list(WEIGHTS),
        num_inference_steps=STEPS,
        latents=counted_noise("prior", (width,), SEEDS[:1], 0),
        guidance_scale=SCALE,
    ).image_embeds
    return {"weights": WEIGHTS, "picture": pack_array(picture), "embedding": pack_array(embedding)}


@torch.no_grad()
def decoder_run(image: torch.Tensor, negative: torch.Tensor, ddim: bool) -> dict:
    """The decoder's steps and its picture, in [-1, 1] and not clamped; `ddim` is with Kandinsky 2.1's scheduler."""
    pipeline = quiet(KandinskyV22Pipeline.from_pretrained(FOLDERS["decoder"]))
    if ddim:
        config = {"beta_start": 0.00085, "beta_end": 0.012, "clip_sample": False, "set_alpha_to_one": False}
        pipeline.scheduler = DDIMScheduler(**config, steps_offset=1)
    seeds = SEEDS[:1]
    steps = watch(pipeline.scheduler, "decoder", seeds)
    factor = pipeline.movq_scale_factor
    shape = (pipeline.unet.config.in_channels, HEIGHT // factor, WIDTH // factor)
    latent = pipeline(
        image_embeds=image,
        negative_image_embeds=negative,
        width=WIDTH,
        height=HEIGHT,
        num_inference_steps=STEPS,
        guidance_scale=SCALE,
        latents=counted_noise("decoder", shape, seeds, 0),
        output_type="latent",
        return_dict=False,
    )[0]
    assert torch.equal(latent, steps[-1]["next"])
    picture = pipeline.movq.decode(latent, force_not_quantize=True).sample
    return run_of(steps, seeds) | {"picture": pack_array(picture)}


def make() -> dict:
    prior, embeddings = prior_run()
    image, negative, zero = (embeddings[name] for name in ("image", "negative", "zero"))
    return {
        "size": [WIDTH, HEIGHT],
        "prior": prior,
        "blend": blend(),
        "decoder": decoder_run(image, zero, ddim=False),
        "negativeImage": decoder_run(image, negative, ddim=False),
        "ddim": decoder_run(image, zero, ddim=True),
    }


if __name__ == "__main__":
    write_golden(__doc__, "kandinsky.json", make)
