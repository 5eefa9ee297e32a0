"""The reference samplers: diffusers' scheduler fed with counted noise, and DDIM in float64."""

from contextlib import contextmanager
from unittest import mock

import numpy as np
import torch
from diffusers import UnCLIPScheduler
from diffusers.schedulers import scheduling_unclip

from training.train.diffusion.philox import PURPOSE, gaussian_noise


def make_scheduler(section: dict) -> UnCLIPScheduler:
    """diffusers' `UnCLIPScheduler` for a manifest's `scheduler` section, of cosine betas and its own spacing."""
    return UnCLIPScheduler(
        num_train_timesteps=section["trainTimesteps"],
        variance_type=section["variance"].replace("-", "_"),
        prediction_type=section["prediction"],
        clip_sample_range=section["clip"],
    )


@contextmanager
def given_noise(noise: torch.Tensor):
    """Makes `UnCLIPScheduler.step` add `noise` where it would draw."""

    def draw(shape, **_):
        assert tuple(shape) == tuple(noise.shape)
        return noise

    with mock.patch.object(scheduling_unclip, "randn_tensor", draw):
        yield


def counted_noise(stage: str, shape: tuple[int, ...], seeds: list[int], step: int) -> torch.Tensor:
    """Noise rows [len(seeds), *shape] of `stage` at `step`, one seed a row."""
    return torch.from_numpy(np.stack([gaussian_noise(shape, seed=s, purpose=PURPOSE[stage], step=step) for s in seeds]))


@torch.no_grad()
def sample(
    stage: str, scheduler: UnCLIPScheduler, steps: int, shape: tuple[int, ...], seeds: list[int], predict, on_step=None
) -> torch.Tensor:
    """Ancestral sampling as in `UnCLIPPipeline`: x_0 [len(seeds), *shape].

    `predict(x_t, t, last)` returns the (guided) model output for integer t. `on_step(t, x_t, output)` sees each step.
    """
    scheduler.set_timesteps(steps)
    timesteps = scheduler.timesteps.tolist()
    x = counted_noise(stage, shape, seeds, 0)
    for i, t in enumerate(timesteps):
        last = i + 1 == len(timesteps)
        output = predict(x, t, last)
        if on_step:
            on_step(t, x, output)
        with given_noise(counted_noise(stage, shape, seeds, i + 1)):
            # As the pipeline does: the model output may have variance channels, noise has the sample's shape.
            x = scheduler.step(output, t, x, prev_timestep=None if last else timesteps[i + 1]).prev_sample
    return x


def guided(
    unconditional: torch.Tensor, conditional: torch.Tensor, scale: float, channels: int | None = None
) -> torch.Tensor:
    """Classifier-free guidance u + scale (c - u) on the first `channels`; variance channels stay the conditional's."""
    mean = unconditional[:, :channels] + scale * (conditional[:, :channels] - unconditional[:, :channels])
    return mean if channels is None else torch.cat([mean, conditional[:, channels:]], 1)


def ddim(
    alpha_bar: np.ndarray,
    timesteps: list[int],
    x: np.ndarray,
    predict,
    noise,
    *,
    eta: float,
    clip_range: float,
    on_step=None,
) -> np.ndarray:
    """DDIM (Song et al. 2021, eq. 12 and 16) in float64 on explicit timesteps; epsilon is derived anew from the
    clipped x_0.

    `predict(x_t, t)` returns epsilon; `noise(i)` the noise of sampler step i (from 1). alphaBar before the last step
    is 1.
    """
    for i, t in enumerate(timesteps):
        a = alpha_bar[t]
        a_p = alpha_bar[timesteps[i + 1]] if i + 1 < len(timesteps) else 1.0
        output = predict(x, t)
        if on_step:
            on_step(t, x, output)
        x0 = np.clip((x - np.sqrt(1 - a) * output) / np.sqrt(a), -clip_range, clip_range)
        epsilon = (x - np.sqrt(a) * x0) / np.sqrt(1 - a)
        sigma = eta * np.sqrt((1 - a_p) / (1 - a)) * np.sqrt(1 - a / a_p)
        x = np.sqrt(a_p) * x0 + np.sqrt(max(1 - a_p - sigma**2, 0.0)) * epsilon
        if sigma > 0:
            x = x + sigma * noise(i + 1)
    return x


def dpm_solver(alpha_bar: np.ndarray, timesteps: list[int], x: np.ndarray, predict) -> np.ndarray:
    """DPM-Solver++(2M) (Lu et al. 2022, algorithm 2, midpoint) in float64 on explicit timesteps.

    The last of them leads to its own x_0. `predict(x_t, t)` returns the clipped x_0.
    """
    alpha, sigma = np.sqrt(alpha_bar), np.sqrt(1 - alpha_bar)
    level = np.log(alpha_bar / (1 - alpha_bar)) / 2
    before = None
    for t, after in zip(timesteps, [*timesteps[1:], None], strict=True):
        x0 = predict(x, t)
        if after is None:
            return x0
        h, seen = level[after] - level[t], x0
        if before:
            ratio = (level[t] - level[before[0]]) / h
            seen = x0 + (x0 - before[1]) / (2 * ratio)
        x = sigma[after] / sigma[t] * x + alpha[after] * (1 - np.exp(-h)) * seen
        before = (t, x0)
    raise ValueError("no timesteps")
