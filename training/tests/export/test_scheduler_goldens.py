"""The committed goldens of schedulers are those of diffusers today."""

import base64
import json

import numpy as np

from training.export.scheduler_goldens import make
from training.paths import GOLDENS


def flat(value, path=""):
    """Every array and number of nested JSON by its path."""
    if isinstance(value, dict) and "float32" in value:
        yield path, np.frombuffer(base64.b64decode(value["float32"]), "<f4")
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from flat(item, f"{path}/{key}")
    else:
        yield path, value


def test_goldens_are_those_of_diffusers_today():
    committed = dict(flat(json.loads((GOLDENS / "schedulers.json").read_text())))
    made = dict(flat(json.loads(json.dumps(make()))))
    assert committed.keys() == made.keys()
    for path, value in made.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_allclose(committed[path], value, atol=1e-7, err_msg=path)
        else:
            assert committed[path] == value, path
