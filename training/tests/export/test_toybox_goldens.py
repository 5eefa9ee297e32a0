"""The toybox's goldens: the committed ones are those of a run today, and the watched pipeline is diffusers' own."""

import json

import numpy as np
import pytest
import torch
from diffusers import UnCLIPScheduler

from training.export import toybox_goldens as goldens
from training.export.pack_pipeline import load_pipeline
from training.export.watched_pipeline import StridedDdim, watch_pipeline
from training.paths import GOLDENS, TOYBOX

MANIFEST = json.loads((TOYBOX / "manifest.json").read_text())
BRIEF = {
    "prior": {"steps": 3, "guidanceScale": 2},
    "decoder": {"steps": 3, "guidanceScale": 2.5},
    "upsampler-256": {"steps": 2},
}


@pytest.fixture(scope="module")
def committed():
    return goldens.read(GOLDENS)


def test_the_committed_goldens_stand(committed):
    assert goldens.complaints(committed, goldens.make(TOYBOX)) == []


def test_another_pack_or_other_numbers_are_complained_of(committed):
    header, arrays = committed
    assert goldens.complaints((header | {"weightsSha256": "0"}, arrays), committed) == [
        "weightsSha256 is not that of a new run"
    ]
    changed = {name: array.copy() for name, array in arrays.items()}
    changed["decoder/free/states"][3, 5] += 2e-3
    changed["prior/taught/next"][24, 0] += 2e-4
    assert [c.split()[0] for c in goldens.complaints((header, changed), committed)] == [
        "decoder/free/states",
        "prior/taught/next",
    ]


def test_what_is_written_is_read_back(committed, tmp_path):
    size = goldens.write(tmp_path, *committed)
    header, arrays = goldens.read(tmp_path)
    assert header == committed[0] and all(np.array_equal(arrays[name], array) for name, array in committed[1].items())
    assert size == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_watching_changes_nothing_but_the_noise_and_a_teacher_says_what_comes_next():
    free = watch_pipeline(load_pipeline(TOYBOX, MANIFEST), "a red cube", 3, BRIEF)
    for steps in free.values():
        for step, later in zip(steps, steps[1:], strict=False):
            assert torch.equal(step.next, later.x)
    states = [
        free["decoder"][0].x,
        torch.zeros(1, 3, 64, 64),
        torch.full((1, 3, 64, 64), 0.25),
        free["decoder"][-1].next,
    ]
    taught = watch_pipeline(load_pipeline(TOYBOX, MANIFEST), "a red cube", 3, BRIEF, {"decoder": states})
    assert all(torch.equal(step.x, state) for step, state in zip(taught["decoder"], states, strict=False))
    assert torch.equal(taught["decoder"][0].next, free["decoder"][0].next)
    assert not torch.equal(taught["decoder"][1].next, free["decoder"][1].next)
    # The upsampler is given the teacher's last picture, which is that of the free run.
    assert torch.equal(taught["upsampler-256"][-1].next, free["upsampler-256"][-1].next)


def test_strided_ddim_takes_the_timesteps_of_unclip_scheduler():
    ddim, unclip = StridedDdim(0.5), UnCLIPScheduler()
    for steps in (4, 10, 28, 38):
        ddim.set_timesteps(steps)
        unclip.set_timesteps(steps)
        assert ddim.timesteps.tolist() == unclip.timesteps.tolist()
        assert 1000 // ddim.scheduler.num_inference_steps == 999 // (steps - 1)
    with pytest.raises(ValueError, match="whole stride"):
        ddim.set_timesteps(25)
