"""How a pack is sampled in Python."""

import pytest
import torch

from training.judge.pack_runtime import Pack, Way, own_way, spaced
from training.paths import RANDOM_PACK

SECTION = {"scheduler": {"clip": 1}, "defaults": {"steps": 3, "guidanceScale": 2}}


def test_timesteps_are_spaced_as_unclip_does():
    assert spaced(7, "ddpm") == [999, 832, 666, 500, 333, 166, 0]  # docs/pack-format.md, Schedulers
    assert spaced(3, "dpm++2m") == [999, 666, 333]


def test_the_manifest_says_how():
    assert own_way(SECTION) == Way("ddpm", spaced(3, "ddpm"))
    scheduler = {"sampler": "dpm++2m", "timesteps": [999, 500, 25]}
    defaults = {"steps": 3, "guidanceScale": 2, "guidanceInterval": [0.25, 0.75]}
    assert own_way({"scheduler": scheduler, "defaults": defaults}) == Way("dpm++2m", [999, 500, 25], (0.25, 0.75))
    assert own_way({"scheduler": scheduler, "defaults": defaults | {"steps": 2}}).timesteps == spaced(2, "dpm++2m")


def test_outside_the_interval_a_step_takes_one_row():
    assert Way("ddpm", [999, 500, 0]).rows() == 6
    way = Way("dpm++2m", [999, 850, 849, 500, 250, 249, 25], (0.15, 0.75))
    assert [way.guides(t) for t in way.timesteps] == [False, False, True, True, True, False, False]
    assert way.rows() == 10


@pytest.mark.parametrize("sampler", ["ddpm", "dpm++2m"])
def test_a_step_without_guidance_is_one_of_scale_one(sampler):
    pack, captions = Pack(RANDOM_PACK, 1), ["red cube", "blue cube"]
    text, timesteps = pack.guided_text(captions), spaced(3, sampler)
    z = torch.ones(2, len(pack.null_embedding(1)[0]))
    never = Way(sampler, timesteps, (0.999, 0.9991))
    alone = pack.decode(z, text, [1, 2], 3, never)
    torch.testing.assert_close(alone, pack.decode(z, text, [1, 2], 1, Way(sampler, timesteps)), atol=1e-4, rtol=0)
    assert (alone - pack.decode(z, text, [1, 2], 3, Way(sampler, timesteps))).abs().max() > 1e-3
