"""The cosine schedule and the training-side diffusion arithmetic (Ho et al. 2020; Nichol and Dhariwal 2021)."""

import math

import torch
from diffusers import UnCLIPScheduler

TRAIN_TIMESTEPS = 1000


def alpha_bar_table() -> torch.Tensor:
    """alphaBar_t for t = 0..999, float32 [1000], exactly the values diffusers' `UnCLIPScheduler` uses."""
    return UnCLIPScheduler().alphas_cumprod.clone()


def spread(values: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Reshapes per-row values [N] so that they broadcast over `like` [N, ...]."""
    return values.reshape(-1, *([1] * (like.ndim - 1)))


def add_noise(x0: torch.Tensor, noise: torch.Tensor, alpha_bar: torch.Tensor) -> torch.Tensor:
    """q(x_t | x_0) = sqrt(alphaBar) x_0 + sqrt(1 - alphaBar) noise (DDPM equation 4); alpha_bar is [N]."""
    a = spread(alpha_bar, x0)
    return a.sqrt() * x0 + (1 - a).sqrt() * noise


def sample_timesteps(
    count: int, *, uniform_share: float, mean: float, std: float, generator: torch.Generator
) -> torch.Tensor:
    """Timesteps [count]: a share drawn uniformly, the rest logit-normal (denser where there is most to learn).

    The uniform share is stratified and keeps t near 999 trained; sampling starts there.
    """
    uniform_count = round(count * uniform_share)
    strata = (torch.arange(uniform_count) + torch.rand(uniform_count, generator=generator)) / max(uniform_count, 1)
    middle = torch.sigmoid(mean + std * torch.randn(count - uniform_count, generator=generator))
    return (torch.cat([strata, middle]) * TRAIN_TIMESTEPS).long().clamp(0, TRAIN_TIMESTEPS - 1)


def learned_range_kl(
    x0: torch.Tensor,
    x_t: torch.Tensor,
    predicted_x0: torch.Tensor,
    interpolation: torch.Tensor,
    t: torch.Tensor,
    previous: torch.Tensor,
    alpha_bar: torch.Tensor,
) -> torch.Tensor:
    """The variational bound's term per row, in bits per dimension, for the learned variance (Nichol and Dhariwal, eq.
    15).

    It is that of the step from t to `previous`, [N] each: a sampler of 25 steps strides over 42 timesteps, where the
    two bounds of the variance lie far apart, while between neighbours they nearly meet and teach little. The mean is
    detached, so that only `interpolation` (v in [-1, 1]) learns from it. The t = 0 likelihood is replaced by the same
    Gaussian divergence with the posterior variance of t = 1, as Improved DDPM clips it.
    """
    a_t, a_p = alpha_bar[t], torch.where(previous >= 0, alpha_bar[previous.clamp(min=0)], 1.0)
    beta = 1 - a_t / a_p
    first_posterior = (1 - alpha_bar[0]) / (1 - alpha_bar[1]) * (1 - alpha_bar[1] / alpha_bar[0])
    posterior = torch.where(t > 0, (1 - a_p) / (1 - a_t) * beta, first_posterior)
    low, high = spread(posterior.log(), x0), spread(beta.log(), x0)
    log_variance = (interpolation + 1) / 2 * (high - low) + low
    mean_gap = spread(a_p.sqrt() * beta / (1 - a_t), x0) * (x0 - predicted_x0.detach().clamp(-1, 1))
    kl = 0.5 * (log_variance - low + (low - log_variance).exp() + mean_gap**2 * (-log_variance).exp() - 1)
    return kl.flatten(1).mean(1) / math.log(2.0)
