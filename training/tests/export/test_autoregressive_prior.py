"""The autoregressive prior as ONNX: what it draws is what torch draws, and a pack gets it without any other change."""

import json

import numpy as np
import onnxruntime
import pytest
import torch

from training.export import codes_goldens
from training.export.onnx_export import export_stage
from training.export.pack import put_stages, sha256
from training.paths import GOLDENS, TOYBOX
from training.train.networks.autoregressive_prior import AutoregressivePrior
from training.train.networks.weights import load_weights
from training.train.sample_codes import call_of, sample_codes

T, D, W, K, B = 7, 6, 5, 4, 16
SIZES = {"D": D, "W": W, "T": T, "autoregressive-prior": {"codes": K, "buckets": B, "past": (4, 16)}}


@pytest.fixture(scope="module")
def exported() -> tuple[AutoregressivePrior, bytes]:
    torch.manual_seed(3)
    model = AutoregressivePrior(2, 8, 2, D, T, W, K, B).eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.add_(0.3 * torch.randn_like(parameter))
    data, error, _ = export_stage("autoregressive-prior", model, SIZES, half=False)
    assert error < 1e-5  # over calls of one place, of three and of five
    return model, data


def told(rows: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(rows)
    normal = lambda *shape: torch.randn(rows, *shape, generator=generator)
    mask = (torch.arange(T)[None] < torch.randint(2, T + 1, (rows, 1), generator=generator)).float()
    keep = (torch.arange(rows) >= rows // 2).float()
    return {"text_embedding": normal(D), "text_states": normal(T, W), "text_mask": mask, "keep_text": keep}


def test_the_graph_draws_the_codes_that_torch_draws(exported):
    model, data = exported
    session, text = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"]), told(8)

    def call(codes, position, past):
        places = torch.full((len(codes),), float(position))
        feeds = {"codes": codes, "position": places, "past": past} | text
        return [torch.from_numpy(output) for output in session.run(None, {k: v.numpy() for k, v in feeds.items()})]

    settings = {"caption_length": T, "codes": K, "past": (4, 16), "seeds": [1, 2, 3, 4], "scale": 1.5}
    for one, other in zip(sample_codes(call, **settings), sample_codes(call_of(model, text), **settings), strict=True):
        assert np.array_equal(one, other)


def test_the_file_is_the_restart_state(exported, tmp_path):
    model, data = exported
    (tmp_path / "autoregressive-prior.onnx").write_bytes(data)
    again = AutoregressivePrior(2, 8, 2, D, T, W, K, B)
    load_weights(again, tmp_path, "autoregressive-prior")
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))


def test_a_stage_is_put_into_a_pack_and_nothing_else_changes(tmp_path):
    before = {"name": "some", "stages": {"prior": {"role": "prior", "sha256": "0"}}, "arrays": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(before))
    put_stages(tmp_path, {"spell": {"role": "autoregressive-prior", "codes": 4}}, {"spell": b"graph"})
    after = json.loads((tmp_path / "manifest.json").read_text())
    assert after["stages"].pop("spell") == {
        "role": "autoregressive-prior",
        "file": "spell.onnx",
        "sha256": sha256(b"graph"),
        "codes": 4,
    }
    assert after == before and (tmp_path / "spell.onnx").read_bytes() == b"graph"


def test_the_committed_goldens_stand():
    assert codes_goldens.make(TOYBOX) == json.loads((GOLDENS / "codes.json").read_text())
