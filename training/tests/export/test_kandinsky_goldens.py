"""The committed goldens of Kandinsky are those of its pipelines in diffusers today."""

import json

import numpy as np
import pytest

from training.export import kandinsky_2_1_goldens, kandinsky_goldens
from training.paths import GOLDENS
from training.tests.export.test_scheduler_goldens import flat


@pytest.mark.parametrize(
    ("name", "module"), [("kandinsky", kandinsky_goldens), ("kandinsky-2-1", kandinsky_2_1_goldens)]
)
def test_goldens_are_those_of_the_pipelines_today(name, module):
    committed = dict(flat(json.loads((GOLDENS / f"{name}.json").read_text())))
    made = dict(flat(json.loads(json.dumps(module.make()))))
    assert committed.keys() == made.keys()
    for path, value in made.items():
        if isinstance(value, np.ndarray):
            # Sums of another number of threads round otherwise, and each step adds to that.
            atol = 1e-5 * max(1, np.abs(value).max())
            np.testing.assert_allclose(committed[path], value, rtol=0, atol=atol, err_msg=path)
        else:
            assert committed[path] == value, path
