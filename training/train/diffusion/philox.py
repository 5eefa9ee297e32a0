"""Counter-based noise: Philox4x32-10, and Box-Muller for what is Gaussian (docs/decisions/0002-noise.md).

Every number is a pure function of (seed, purpose, draw, step, element), so Python and TypeScript produce the
same picture without sharing a generator's state. Reference: Salmon et al. 2011, "Parallel random numbers: as
easy as 1, 2, 3".
"""

import numpy as np

MULTIPLIER = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
WEYL = (0x9E3779B9, 0xBB67AE85)
LOW32 = np.uint64(0xFFFFFFFF)
PURPOSE = {
    **{"prior": 1, "decoder": 2, "upsampler-256": 3, "upsampler-1024": 4, "autoregressive-prior": 5},
    "image-noise": 6,
}


def philox4x32(counter: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    """Ten rounds of Philox over `counter` [..., 4] uint32 with one `key` of two uint32; returns [..., 4] uint32."""
    c0, c1, c2, c3 = (counter[..., i].astype(np.uint64) for i in range(4))
    k0, k1 = key
    for _ in range(10):
        product0, product1 = MULTIPLIER[0] * c0, MULTIPLIER[1] * c2
        c0, c2 = (product1 >> np.uint64(32)) ^ c1 ^ np.uint64(k0), (product0 >> np.uint64(32)) ^ c3 ^ np.uint64(k1)
        c1, c3 = product1 & LOW32, product0 & LOW32
        k0, k1 = (k0 + WEYL[0]) & 0xFFFFFFFF, (k1 + WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], -1).astype(np.uint32)


def uniform_noise(count: int, *, seed: int, purpose: int, step: int = 0, draw: int = 0) -> np.ndarray:
    """Numbers float64 [count] strictly between 0 and 1: element i is of word i & 3 of the counter i >> 2."""
    blocks = (count + 3) // 4
    counter = np.zeros((blocks, 4), np.uint32)
    counter[:, 0] = np.arange(blocks, dtype=np.uint32)
    counter[:, 2] = step
    words = philox4x32(counter, (seed & 0xFFFFFFFF, (purpose << 16 | draw) & 0xFFFFFFFF))
    return ((words.astype(np.float64) + 0.5) / 2.0**32).reshape(-1)[:count]


def gaussian_noise(shape: tuple[int, ...], *, seed: int, purpose: int, step: int, draw: int = 0) -> np.ndarray:
    """Standard normal noise for one row of `shape`, float32.

    `step` 0 is the initial x_T; sampler step i (from 1) adds the noise of step i. Elements are numbered in
    row-major order; counter word 0 is `element >> 2` and each counter gives four normals.
    """
    count = int(np.prod(shape))
    blocks = (count + 3) // 4
    uniform = uniform_noise(4 * blocks, seed=seed, purpose=purpose, step=step, draw=draw).reshape(blocks, 4)
    normals = np.empty((blocks, 4), np.float64)
    for pair in (0, 2):
        radius = np.sqrt(-2.0 * np.log(uniform[:, pair]))
        angle = 2.0 * np.pi * uniform[:, pair + 1]
        normals[:, pair], normals[:, pair + 1] = radius * np.cos(angle), radius * np.sin(angle)
    return normals.reshape(-1)[:count].astype(np.float32).reshape(shape)
