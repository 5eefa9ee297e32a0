"""The reference sampler of the autoregressive prior: codes one after the other, with counted draws."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from training.train.diffusion.philox import PURPOSE, uniform_noise
from training.train.diffusion.sampling import guided
from training.train.networks.autoregressive_prior import AutoregressivePrior

# Logits [R, B] and `present` [R, 2L, M, w] of codes [R, M] from the position on, with what is past [R, 2L, P, w].
Call = Callable[[Tensor, int, Tensor], tuple[Tensor, Tensor]]


def draw_bucket(logits: np.ndarray, uniform: np.ndarray, temperature: float, top_fraction: float = 1.0) -> np.ndarray:
    """Buckets int64 [N] by inverting the cumulative distribution of softmax(logits / temperature), logits [N, B].

    `uniform` [N] lies between 0 and 1. Of the distribution only the top fraction is drawn from: the higher buckets.
    Temperature 0 takes the likeliest bucket.
    """
    logits = logits.astype(np.float64)
    if temperature == 0:
        return logits.argmax(1)
    weights = np.exp((logits - logits.max(1, keepdims=True)) / temperature)
    sums = weights.cumsum(1)
    wanted = (1 - top_fraction + top_fraction * uniform) * sums[:, -1]
    return (sums <= wanted[:, None]).sum(1).clip(max=logits.shape[1] - 1)


def sample_codes(
    call: Call,
    *,
    caption_length: int,
    codes: int,
    past: tuple[int, int],
    seeds: list[int],
    scale: float,
    temperature: float = 1.0,
    top_fraction: float = 0.5,
) -> tuple[np.ndarray, np.ndarray]:
    """The bucket of z_i . z_t [N] and the codes [N, K], for one seed a row.

    `call` runs 2N rows, the unguided first. past: 2L and w.
    """
    rows, layers, width = 2 * len(seeds), *past
    draws = np.stack([uniform_noise(1 + codes, seed=s, purpose=PURPOSE["autoregressive-prior"]) for s in seeds])
    kept = torch.zeros(rows, layers, caption_length + 1 + codes, width)
    tokens, position = torch.zeros(rows, caption_length + 1, dtype=torch.int32), 0
    drawn = []
    for i in range(1 + codes):
        logits, present = call(tokens, position, kept)
        kept[:, :, position : position + tokens.shape[1]] = present
        position += tokens.shape[1]
        bucket = draw_bucket(
            guided(*logits.double().chunk(2), scale).numpy(), draws[:, i], temperature, 1.0 if i else top_fraction
        )
        drawn.append(bucket)
        tokens = torch.from_numpy(np.tile(bucket, 2))[:, None].int()
    return drawn[0], np.stack(drawn[1:], 1)


def call_of(model: AutoregressivePrior, text: dict[str, Tensor]) -> Call:
    """Calls of a network with the text of every row, by the names of its `forward`."""

    @torch.no_grad()
    def call(codes: Tensor, position: int, past: Tensor) -> tuple[Tensor, Tensor]:
        places = torch.full((len(codes),), float(position))
        return model(codes=codes, position=places, past=past, **text)

    return call
