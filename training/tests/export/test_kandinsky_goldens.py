"""The committed goldens of Kandinsky are those of its pipelines in diffusers today."""

import json

import numpy as np

from training.export.kandinsky_goldens import make
from training.paths import GOLDENS
from training.tests.export.test_scheduler_goldens import flat


def test_goldens_are_those_of_the_pipelines_today():
    committed = dict(flat(json.loads((GOLDENS / "kandinsky.json").read_text())))
    made = dict(flat(json.loads(json.dumps(make()))))
    assert committed.keys() == made.keys()
    for path, value in made.items():
        if isinstance(value, np.ndarray):
            # Sums of another number of threads round otherwise, and each step adds to that.
            atol = 1e-5 * max(1, np.abs(value).max())
            np.testing.assert_allclose(committed[path], value, rtol=0, atol=atol, err_msg=path)
        else:
            assert committed[path] == value, path
