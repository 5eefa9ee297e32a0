"""Counted noise: known answers, and independence from everything that must not enter."""

import json

import numpy as np

from training.paths import GOLDENS
from training.train.diffusion.philox import gaussian_noise, philox4x32


def test_random123_known_answers():
    cases = [
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ]
    for counter, key, expected in cases:
        assert " ".join(f"{w:08x}" for w in philox4x32(np.array(counter, np.uint32), key)) == expected


def test_committed_vectors_stand():
    for case in json.loads((GOLDENS / "philox.json").read_text())["normals"]:
        keys = {k: case[k] for k in ("seed", "purpose", "step", "draw")}
        assert gaussian_noise((10,), **keys).tolist() == case["normals"]


def test_elements_do_not_depend_on_the_count():
    short = gaussian_noise((5,), seed=3, purpose=2, step=1)
    long = gaussian_noise((3, 8, 8), seed=3, purpose=2, step=1)
    assert np.array_equal(short, long.ravel()[:5])


def test_noise_is_standard_normal_and_steps_differ():
    a, b = (gaussian_noise((200_000,), seed=1, purpose=1, step=s) for s in (0, 1))
    assert abs(a.mean()) < 0.01 and abs(a.std() - 1) < 0.01
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.01 and np.isfinite(a).all()
