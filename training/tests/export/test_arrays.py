import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file

from training.export.arrays import put_arrays
from training.export.pack import sha256
from training.paths import RANDOM_PACK


def test_arrays_are_written_and_named_beside_what_was_there(tmp_path):
    shutil.copy(RANDOM_PACK / "manifest.json", tmp_path / "manifest.json")
    before = json.loads((tmp_path / "manifest.json").read_text())
    mean, counts = np.array([0.5, -1.25]), np.arange(3, dtype=np.int32)
    put_arrays(tmp_path, "statistics", {"mean": mean, "counts": counts})
    put_arrays(tmp_path, "basis", {"mean": mean.astype(np.float32)})
    after = json.loads((tmp_path / "manifest.json").read_text())
    assert list(after.pop("arrays")) == ["basis", "statistics"]
    assert after == before
    read = load_file(tmp_path / "statistics.safetensors")
    assert {key: (value.dtype, value.tolist()) for key, value in read.items()} == {
        "mean": (np.float64, [0.5, -1.25]),
        "counts": (np.int32, [0, 1, 2]),
    }


def test_an_entry_has_the_hash_of_the_file_and_a_new_one_takes_its_place(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    for value in (1.0, 2.0):
        put_arrays(tmp_path, "basis", {"mean": np.array([value])})
        entry = json.loads((tmp_path / "manifest.json").read_text())["arrays"]["basis"]
        assert entry["sha256"] == sha256((tmp_path / entry["file"]).read_bytes())


@pytest.mark.parametrize("wrong", [np.array([1], np.int64), np.array([np.nan])])
def test_what_packs_do_not_hold_is_refused(tmp_path, wrong):
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ValueError, match="mean has numbers"):
        put_arrays(tmp_path, "basis", {"mean": wrong})
    assert list(tmp_path.iterdir()) == [tmp_path / "manifest.json"]
