"""What is kept for a run that goes on is whole, and known by its settings."""

import json

import numpy as np
import pytest

from training.data.kept import SETTINGS, array_digest, claim_folder, file_digest, save_whole


def test_a_folder_is_claimed_again_by_the_same_settings_alone(tmp_path):
    folder = tmp_path / "new/kept"
    claim_folder(folder, {"seed": 1, "timesteps": (999, 499)})
    assert json.loads((folder / SETTINGS).read_text()) == {"seed": 1, "timesteps": [999, 499]}
    claim_folder(folder, {"timesteps": [999, 499], "seed": 1})
    with pytest.raises(ValueError, match="kept was made with pack None, not 'b'; seed 1, not 2: delete it, or name"):
        claim_folder(folder, {"seed": 2, "timesteps": [999, 499], "pack": "b"})
    assert [path.name for path in folder.iterdir()] == [SETTINGS]


def test_a_folder_of_files_of_unknown_settings_is_refused(tmp_path):
    save_whole(tmp_path / "0000.npy", np.zeros(2))
    with pytest.raises(ValueError, match="holds 0000.npy, made by unknown settings"):
        claim_folder(tmp_path, {})


def test_an_array_has_its_name_only_when_it_is_whole(tmp_path, monkeypatch):
    file, seen = tmp_path / "a.npy", []
    save = np.save
    monkeypatch.setattr(np, "save", lambda stream, array: (save(stream, array), seen.append(file.exists())))
    save_whole(file, np.arange(3))
    assert seen == [False] and np.load(file).tolist() == [0, 1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


def test_digests_know_values_types_shapes_and_order(tmp_path):
    ones = np.ones((2, 3), np.float32)
    others = [ones + 1, ones.astype(np.float64), ones.T, ones.reshape(6), np.array(["a", "b"]), np.array(["b", "a"])]
    assert len({array_digest(one) for one in [ones, *others]}) == 7 and array_digest(ones) == array_digest(ones.copy())
    (tmp_path / "a").write_bytes(b"abc")
    assert file_digest(tmp_path / "a").startswith("ba7816bf")
