"""The committed goldens of Stable unCLIP are those of diffusers today."""

import json

import numpy as np

from training.export.stable_unclip_goldens import make
from training.paths import GOLDENS
from training.tests.export.test_scheduler_goldens import flat


def test_goldens_are_those_of_diffusers_today():
    committed = dict(flat(json.loads((GOLDENS / "stable-unclip.json").read_text())))
    made = dict(flat(json.loads(json.dumps(make()))))
    assert committed.keys() == made.keys()
    for path, value in made.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_allclose(committed[path], value, atol=2e-5, err_msg=path)
        else:
            assert committed[path] == value, path
