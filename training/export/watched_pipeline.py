"""Runs diffusers' own `UnCLIPPipeline`, loop and all, and notes every step that its schedulers take.

Only two things about the pipeline are changed: noise is counted (docs/decisions/0002-noise.md), and a teacher, if
there is one, says what x_t each step is given, whatever the step before it came to.
"""

from dataclasses import dataclass

import torch
from diffusers import DDIMScheduler
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline
from diffusers.schedulers.scheduling_unclip import UnCLIPSchedulerOutput

from training.train.diffusion.sampling import counted_noise, given_noise

STAGES = ("prior", "decoder", "upsampler-256")


@dataclass
class Step:
    """One step: x_t and x_{t-1} [1, ...], the clamped x_0, and the network's rows [1 or 2, ...], the unguided first."""

    timestep: int
    x: torch.Tensor
    output: torch.Tensor
    x0: torch.Tensor
    next: torch.Tensor


class StridedDdim:
    """diffusers' `DDIMScheduler` in the place of the decoder's scheduler, on that scheduler's timesteps.

    `DDIMScheduler.step` finds the next timestep by whole strides of 1000 // num_inference_steps. Timesteps that reach
    both ends have such a stride where `steps - 1` divides 999. Epsilon is derived anew from the clamped x_0, as in
    GLIDE.
    """

    init_noise_sigma = 1.0

    def __init__(self, eta: float):
        self.eta = eta
        self.scheduler = DDIMScheduler(beta_schedule="squaredcos_cap_v2", clip_sample_range=1.0, set_alpha_to_one=True)

    def set_timesteps(self, steps: int, device=None) -> None:
        if 999 % (steps - 1):
            raise ValueError(f"{steps} steps have no whole stride")
        self.scheduler.num_inference_steps = steps - 1
        self.timesteps = torch.arange(999, -1, -999 // (steps - 1), device=device)

    def step(self, output: torch.Tensor, timestep, sample: torch.Tensor, *, noise: torch.Tensor, **_):
        return self.scheduler.step(
            output[:, : sample.shape[1]],
            int(timestep),
            sample,
            eta=self.eta,
            use_clipped_model_output=True,
            variance_noise=noise,
        )


class Watch:
    """Stands in for one scheduler's `step` and listens to its network."""

    def __init__(self, stage: str, scheduler, network: torch.nn.Module, seed: int, teacher: list[torch.Tensor] | None):
        self.stage, self.seed, self.teacher = stage, seed, teacher
        self.steps, self.outputs, self.scheduler, self.real = [], [], scheduler, scheduler.step
        self.ddim = isinstance(scheduler, StridedDdim)
        scheduler.step = self.step
        network.register_forward_hook(lambda _, __, result: self.outputs.append(result[0].clone()))

    def step(self, output, timestep, sample, prev_timestep=None, generator=None):
        """The scheduler's own step with the noise of this step; hands on what the teacher says comes next."""
        index = len(self.steps) + 1
        noise = counted_noise(self.stage, sample.shape[1:], [self.seed], index)
        if self.ddim:
            moved = self.real(output, timestep, sample, noise=noise)
        else:
            with given_noise(noise):
                moved = self.real(output, timestep, sample=sample, prev_timestep=prev_timestep)
        self.steps.append(
            Step(
                int(timestep),
                sample.clone(),
                self.outputs[-1],
                moved.pred_original_sample.clone(),
                moved.prev_sample.clone(),
            )
        )
        return UnCLIPSchedulerOutput(prev_sample=self.teacher[index] if self.teacher else moved.prev_sample)


def watch_pipeline(
    pipeline: UnCLIPPipeline, caption: str, seed: int, defaults: dict, teachers: dict | None = None
) -> dict[str, list[Step]]:
    """One picture by `pipeline` with a manifest's `defaults` by stage; the steps of every stage.

    `teachers[stage][i]` is the x_t that the stage is given after i steps, the last being its finished sample; the
    first, x_T, is always counted noise. The pipeline must be a fresh one: it is left altered.
    """
    schedulers = (pipeline.prior_scheduler, pipeline.decoder_scheduler, pipeline.super_res_scheduler)
    networks = (pipeline.prior, pipeline.decoder, pipeline.super_res_first)
    watches = {
        stage: Watch(stage, scheduler, network, seed, (teachers or {}).get(stage))
        for stage, scheduler, network in zip(STAGES, schedulers, networks, strict=True)
    }
    size = pipeline.super_res_first.config.sample_size
    shapes = (
        (pipeline.prior.config.embedding_dim,),
        (3, pipeline.decoder.config.sample_size, pipeline.decoder.config.sample_size),
        (3, size, size),
    )
    x_T = [counted_noise(stage, shape, [seed], 0) for stage, shape in zip(STAGES, shapes, strict=True)]
    steps, scales = ([defaults[stage].get(key) for stage in STAGES] for key in ("steps", "guidanceScale"))
    pipeline(
        caption,
        prior_latents=x_T[0],
        decoder_latents=x_T[1],
        super_res_latents=x_T[2],
        output_type="np",
        prior_num_inference_steps=steps[0],
        decoder_num_inference_steps=steps[1],
        super_res_num_inference_steps=steps[2],
        prior_guidance_scale=scales[0],
        decoder_guidance_scale=scales[1],
    )
    return {stage: watch.steps for stage, watch in watches.items()}
