"""Degradations: mild, of their kind, and functions of the generator."""

import pytest
import torch

from training.train.config import Bsr, Light
from training.train.degrade import blur, degrade, jpeg

LIGHT = Light(kind="light", blur_probability=0.5, noise_std=0.06)
BSR = Bsr(kind="bsr", noise_std=0.06, clean_share=0.25)


def pictures():
    y, x = torch.meshgrid(torch.linspace(-1, 1, 32), torch.linspace(-1, 1, 32), indexing="ij")
    disc = ((x**2 + y**2) < 0.4).float() * 1.4 - 0.7
    return torch.stack([disc, x * 0.6, y * 0.5]).expand(8, -1, -1, -1).contiguous()


@pytest.mark.parametrize("settings", [LIGHT, BSR])
def test_degradations_change_a_little_and_repeat(settings):
    small, gaps = pictures(), []
    for seed in range(12):
        first, again = (degrade(small, settings, torch.Generator().manual_seed(seed)) for _ in range(2))
        assert torch.equal(first, again) and first.shape == small.shape and first.isfinite().all()
        gaps.append((first - small).abs().mean().item())
    assert max(gaps) < 0.2 and max(gaps) > 0.005


def test_bsr_leaves_some_pictures_clean():
    small = pictures()
    out = [degrade(small, BSR, torch.Generator().manual_seed(seed)) for seed in range(8)]
    same = torch.stack([(o == small).flatten(1).all(1) for o in out])
    assert 0.1 < same.float().mean() < 0.7


def test_jpeg_keeps_flat_colour_and_loses_more_at_low_quality():
    flat = torch.tensor([0.5, -0.3, 0.1])[None, :, None, None].expand(1, 3, 16, 16)
    assert (jpeg(flat, 90) - flat).abs().max() < 0.03
    errors = [(jpeg(pictures(), quality) - pictures()).square().mean() for quality in (95, 60, 20)]
    assert errors[0] < errors[1] < errors[2]


def test_a_blur_keeps_the_mean_and_can_lie_aslant():
    dot = torch.zeros(1, 1, 9, 9)
    dot[..., 4, 4] = 1
    level, aslant = blur(dot, 0.5, 2.0, 0.0, size=7)[0, 0], blur(dot, 0.5, 2.0, torch.pi / 2, size=7)[0, 0]
    assert abs(level.sum() - 1) < 1e-5 and torch.allclose(level.T, aslant, atol=1e-5)
    assert level[4, 6] > 5 * level[6, 4]
