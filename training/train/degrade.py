"""What an upsampler's condition suffers in training, so that it forgives the faults of the stage before.

Small pictures are [N, 3, S, S] in [-1, 1]. The first upsampler sees a light blur, the second a chain of degradations in
random order (Ramesh et al. 2022, section 2.2, after BSR: Zhang et al. 2021, section 3; Rombach et al. 2022, appendix).
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from training.train.config import Bsr, Light

JPEG_LUMA = (  # ITU T.81, table K.1
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
TO_YCC = ((0.299, 0.587, 0.114), (-0.1687, -0.3313, 0.5), (0.5, -0.4187, -0.0813))


def _uniform(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * torch.rand((), generator=generator).item()


def blur(images: Tensor, across: float = 0.6, along: float | None = None, angle: float = 0.0, size: int = 3) -> Tensor:
    """Gaussian blur of standard deviations `along` and `across` pixels, turned by `angle`, with edge padding."""
    along = along or across
    reach = torch.arange(size, dtype=torch.float32, device=images.device) - size // 2
    y, x = torch.meshgrid(reach, reach, indexing="ij")
    u, v = math.cos(angle) * x + math.sin(angle) * y, math.cos(angle) * y - math.sin(angle) * x
    kernel = torch.exp(-0.5 * ((u / along) ** 2 + (v / across) ** 2))
    weight = (kernel / kernel.sum()).expand(images.shape[1], 1, size, size)
    return F.conv2d(F.pad(images, (size // 2,) * 4, mode="replicate"), weight, groups=images.shape[1])


def jpeg(images: Tensor, quality: float) -> Tensor:
    """The rounding of JPEG at `quality` (1 to 100), chroma by the table of luma and not subsampled.

    Sides are multiples of 8.
    """
    n, _, height, width = images.shape
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    table = ((images.new_tensor(JPEG_LUMA) * scale / 100).round().clamp(min=1) / 127.5).view(8, 8)
    k = torch.arange(8, dtype=torch.float32, device=images.device)
    cosines = torch.cos(math.pi / 16 * k[:, None] * (2 * k + 1)) / 2
    cosines[0] /= math.sqrt(2)
    change = images.new_tensor(TO_YCC)
    ycc = torch.einsum("ij,njhw->nihw", change, images)
    blocks = ycc.view(n, 3, height // 8, 8, width // 8, 8).transpose(3, 4)
    coefficients = cosines @ blocks @ cosines.T
    blocks = cosines.T @ ((coefficients / table).round() * table) @ cosines
    return torch.einsum("ij,njhw->nihw", torch.linalg.inv(change), blocks.transpose(3, 4).reshape(n, 3, height, width))


def _noise(images: Tensor, level: float, generator: torch.Generator) -> Tensor:
    """Gaussian noise, in colour or in grey; each picture has its own level up to `level`."""
    channels = 3 if _uniform(0, 1, generator) < 0.6 else 1
    noise = torch.randn(len(images), channels, *images.shape[2:], generator=generator)
    return images + (level * torch.rand(len(images), 1, 1, 1, generator=generator) * noise).to(images.device)


def _resized(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shrunk and enlarged again."""
    side = images.shape[-1]
    smaller = max(8, round(side * _uniform(0.5, 1.0, generator)))
    modes = ("area", "bilinear", "bicubic")
    down, up = (modes[int(_uniform(0, 3, generator))] for _ in range(2))
    resize = lambda x, size, mode: F.interpolate(
        x, size=(size, size), mode=mode, **({} if mode == "area" else {"align_corners": False})
    )
    return resize(resize(images, smaller, down), side, up)


def light(small: Tensor, settings: Light, generator: torch.Generator) -> Tensor:
    """`small` blurred (kernel 3, sigma 0.6) with probability `blur_probability`, plus noise of a level up to
    `noise_std`.
    """
    blurred = torch.rand(len(small), 1, 1, 1, generator=generator) < settings.blur_probability
    level = settings.noise_std * torch.rand(len(small), 1, 1, 1, generator=generator)
    noisy = torch.where(blurred.to(small.device), blur(small), small)
    return noisy + (level * torch.randn(small.shape, generator=generator)).to(small.device)


def bsr(small: Tensor, settings: Bsr, generator: torch.Generator) -> Tensor:
    """Blur, resizing, noise and JPEG in random order, each with probability 1/2; one order and strength a batch.

    The share `clean_share` of the pictures stays as it is, so that clean conditions are known too.
    """
    steps = [
        lambda x: blur(x, *(_uniform(0.3, 1.2, generator) for _ in range(2)), _uniform(0, math.pi, generator), size=7),
        lambda x: _resized(x, generator),
        lambda x: _noise(x, settings.noise_std, generator),
        lambda x: jpeg(x, _uniform(40, 95, generator)),
    ]
    out = small
    for i in torch.randperm(len(steps), generator=generator).tolist():
        if _uniform(0, 1, generator) < 0.5:
            out = steps[i](out)
    clean = torch.rand(len(small), 1, 1, 1, generator=generator) < settings.clean_share
    return torch.where(clean.to(small.device), small, out)


def degrade(small: Tensor, settings: Light | Bsr, generator: torch.Generator) -> Tensor:
    """`small` [N, 3, S, S] as the configuration says, the same for the same state of the generator."""
    return light(small, settings, generator) if isinstance(settings, Light) else bsr(small, settings, generator)
