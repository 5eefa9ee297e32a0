"""The figures by which decoders are judged."""

from dataclasses import replace

import pytest
import torch

from training.judge.decoder import grid, load_drawer, psnr
from training.judge.frechet import fine_features, frechet_distance
from training.paths import CLASSIFIER, CONFIGS, TOYBOX
from training.read_config import read_config
from training.train.config import DecoderConfig
from training.train.frozen_clip import FrozenClip
from training.train.networks.classifier_model import load_classifier


def test_psnr_is_that_of_the_mean_square_over_all_pictures():
    truth = torch.zeros(2, 3, 4, 4)
    images = torch.stack([truth[0], truth[1] + 0.2])
    assert psnr(images, truth) == pytest.approx(10 * torch.tensor(4 / 0.02).log10().item(), abs=1e-4)
    assert psnr(truth + 3, truth + 1) == float("inf")  # what a screen cannot show is no error


def test_the_grid_is_a_pattern_of_two_pixels_that_is_coherent_over_a_picture():
    flat, noise = torch.full((1, 3, 64, 64), 0.3), torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    columns = torch.tensor([1.0, -1.0]).repeat(32).expand(1, 3, 64, 64) / 127.5
    assert grid(flat) < 1e-4 and grid(flat + columns) == pytest.approx(1 / 3, abs=1e-4)
    assert grid(flat + 4 * columns.roll(1, -1)) == pytest.approx(4 / 3, abs=1e-4)
    assert grid(noise / 127.5) < 0.05
    assert grid(torch.cat([flat + columns, flat - columns])) == pytest.approx(1 / 3, abs=1e-4)


def test_fine_structure_tells_blurred_pictures_from_sharp_ones_of_the_same_places():
    classifier, generator = load_classifier(CLASSIFIER), torch.Generator().manual_seed(0)
    coarse = torch.rand(24, 3, 8, 8, generator=generator) * 2 - 1
    sharp = torch.nn.functional.interpolate(coarse, 64)
    smooth = torch.nn.functional.interpolate(coarse, 64, mode="bicubic").clamp(-1, 1)
    halves, of_sharp = fine_features(classifier, sharp[::2]), fine_features(classifier, sharp[1::2])
    assert of_sharp.shape == (12 * 16, 64)
    assert frechet_distance(halves, of_sharp) < frechet_distance(halves, fine_features(classifier, smooth[1::2]))


def test_a_decoder_is_not_judged_with_a_configuration_that_it_does_not_have():
    config = read_config(CONFIGS / "decoder-2.json", DecoderConfig)
    everywhere = replace(config.decoder.unet, down_block_types=("SimpleCrossAttnDownBlock2D",) * 3)
    config = replace(config, decoder=replace(config.decoder, unet=everywhere))
    with pytest.raises(ValueError, match=r"lacks .* others of this configuration"):
        load_drawer(TOYBOX, config, FrozenClip(TOYBOX, "cpu"))
