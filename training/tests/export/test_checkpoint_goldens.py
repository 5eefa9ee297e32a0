"""The goldens of the small checkpoints are what torch computes now."""

import base64
import json

import numpy as np

from training.export.checkpoint_goldens import NETWORKS, make
from training.paths import GOLDENS


def array(packed: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["float32"]), "<f4").reshape(packed["shape"])


def test_they_are_made_again():
    stored, made = json.loads((GOLDENS / "checkpoints.json").read_text()), make()
    assert len(stored) == len(NETWORKS)
    for one, other in zip(stored, made, strict=True):
        assert {key: one[key] for key in ("checkpoint", "component", "role", "feeds")} == {
            key: other[key] for key in ("checkpoint", "component", "role", "feeds")
        }
        assert one["outputs"].keys() == other["outputs"].keys()
        for name, packed in one["outputs"].items():
            largest = np.abs(array(packed)).max()
            assert largest > 1e-2
            # Sums of another number of threads round otherwise: by 6e-6 of the largest number, 19, in MoVQ's picture.
            atol = 1e-5 * max(1, largest)
            np.testing.assert_allclose(array(other["outputs"][name]), array(packed), rtol=0, atol=atol)
