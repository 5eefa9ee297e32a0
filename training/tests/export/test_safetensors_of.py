import pickle

import pytest
import torch
from safetensors.torch import load_file

from training.export.safetensors_of import convert

WEIGHTS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.tensor([1.5], dtype=torch.float16)}


def equal(found: dict[str, torch.Tensor]) -> bool:
    return found.keys() == WEIGHTS.keys() and all(torch.equal(found[name], WEIGHTS[name]) for name in WEIGHTS)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda w: w,
        lambda w: {"state_dict": w, "epoch": 3},
        lambda w: {"model": {"ema": w}},
        lambda w: {"model": {"other": w["a.bias"]}, "ema_model": w},
    ],
)
def test_a_state_dict_comes_back_tensor_for_tensor_wherever_it_stands(tmp_path, wrap):
    torch.save(wrap(WEIGHTS), tmp_path / "prior.pth")
    assert equal(load_file(convert(tmp_path / "prior.pth")))


def test_views_and_shared_tensors_are_stored_whole(tmp_path):
    whole = torch.arange(12.0).reshape(3, 4)
    torch.save({"turned": whole.T, "again": whole.T}, tmp_path / "model.bin")
    found = load_file(convert(tmp_path / "model.bin"))
    assert torch.equal(found["turned"], whole.T) and torch.equal(found["again"], whole.T)


@pytest.mark.parametrize(
    ("pickled", "named"),
    [
        ("pytorch_model.bin", "model.safetensors"),
        ("diffusion_pytorch_model.bin", "diffusion_pytorch_model.safetensors"),
        ("prior.pth", "prior.safetensors"),
    ],
)
def test_the_file_has_the_name_that_an_import_looks_for(tmp_path, pickled, named):
    torch.save(WEIGHTS, tmp_path / pickled)
    assert convert(tmp_path / pickled) == tmp_path / named


class Hostile:
    def __reduce__(self):
        return print, ("code of a pickle ran",)


def test_a_pickle_with_code_is_refused_and_its_code_does_not_run(tmp_path, capsys):
    torch.save({"a": Hostile()}, tmp_path / "model.bin")
    with pytest.raises(pickle.UnpicklingError):
        convert(tmp_path / "model.bin")
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "model.safetensors").exists()


def test_what_holds_no_weights_and_what_is_there_already_are_refused(tmp_path):
    torch.save({"epoch": 3}, tmp_path / "model.bin")
    with pytest.raises(ValueError, match="no state dict"):
        convert(tmp_path / "model.bin")
    (tmp_path / "model.safetensors").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        convert(tmp_path / "model.bin")
    assert (tmp_path / "model.safetensors").read_bytes() == b"mine"
