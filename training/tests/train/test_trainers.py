"""Every trainer at its smallest: it trains, saves and draws a sheet, and one that was stopped ends as one that
was not.
"""

import json
import sys

import pytest
import torch
from safetensors.torch import load_file

from training.data.captions import all_texts
from training.data.dataset import render_split, sample_crops, save_crops, save_shard
from training.paths import CONFIGS
from training.read_config import read_config
from training.train import autoregressive_prior, classifier, clip, decoder, prior, turbo, upsampler
from training.train.config import ClipConfig
from training.train.networks.clip_model import build_models
from training.train.tokenizer_bpe import train_tokenizer

SMALL_UNET = {"block_out_channels": [32, 32], "time_embedding_dim": 32}
DECODER = {
    "down_block_types": ["ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"],
    "up_block_types": ["SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"],
    "cross_attention_dim": 32,
    "attention_head_dim": 32,
}
# What the trainers' own configurations become here, by file; objects are merged.
CHANGES = {
    "clip": {
        "dimension": 32,
        "near_misses": 2,
        "text": {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2},
        "vision": {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2},
    },
    "classifier": {"widths": [4, 4, 4, 4], "hidden": 0},
    "prior": {
        "prior": {"num_attention_heads": 2, "attention_head_dim": 16, "num_layers": 1, "embedding_dim": 32},
        "sheet_guidance": [2],
        "sheet_steps": 2,
    },
    "autoregressive-prior": {
        "largest_error": 0.1,
        "tail": 0.05,
        "network": {
            "num_attention_heads": 2,
            "attention_head_dim": 16,
            "num_layers": 1,
            "embedding_dim": 32,
            "text_width": 32,
            "num_codes": 2,
            "num_buckets": 8,
        },
        "sheet_guidance": [2],
    },
    "decoder": {
        "half_size_batch": 4,
        "half_size_share": 0.5,
        "sheet_steps": 2,
        "decoder": {"unshuffle": 8, "unet": SMALL_UNET | DECODER},
        "condition": {"clip_embeddings_dim": 32, "time_embed_dim": 32, "cross_attention_dim": 32},
    },
    "upsampler-256": {"patch": 16, "sheet_steps": 2, "model": {"unet": SMALL_UNET}},
    "upsampler-1024": {"patch": 16, "sheet_steps": 2, "model": {"unet": SMALL_UNET}},
    # Taught by the pack's own prior.
    "turbo-prior": {"trajectories": 16, "teacher_timesteps": [999, 599], "timesteps": [999, 599]},
}
TRAINERS = {
    "clip": clip,
    "classifier": classifier,
    "prior": prior,
    "autoregressive-prior": autoregressive_prior,
    "decoder": decoder,
    "upsampler-256": upsampler,
    "upsampler-1024": upsampler,
    "turbo-prior": turbo,
}


def merged(old: dict, new: dict) -> dict:
    return old | {key: merged(old[key], value) if isinstance(value, dict) else value for key, value in new.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Scenes and crops, and a configuration for each trainer."""
    folder = tmp_path_factory.mktemp("training")
    for split, count in (("train", 48), ("validation", 64)):
        save_shard(folder / f"scenes/{split}-000000.npz", render_split(0, split, 0, count, 64, 1))
    save_crops(folder / "crops/crops-000000.npz", *sample_crops("256", 8, 0, size=32, supersample=1))
    for name, change in CHANGES.items():
        content = json.loads((CONFIGS / f"{name}.json").read_text())
        common = {
            "steps": 3,
            "batch": 4,
            "sheet_at": [1],
            "data": str(folder / ("crops" if "up" in name else "scenes")),
        }
        common |= {"clip": str(folder / "trained-clip")} if "clip" in content else {}
        (folder / f"{name}.json").write_text(json.dumps(merged(content, common | change)))
    torch.manual_seed(0)
    make_clip(folder / "trained-clip", folder / "clip.json")
    return folder


def make_clip(out, config_file) -> None:
    """A CLIP of fresh weights, as prior and decoder need one."""
    tokenizer = train_tokenizer(all_texts(500, 0))
    text, vision = build_models(read_config(config_file, ClipConfig), tokenizer)
    text.save_pretrained(out / "text")
    vision.save_pretrained(out / "vision")
    tokenizer.save(str(out / "tokenizer.json"))


def train(monkeypatch, folder, name, out, *flags):
    command = ["trainer", "--config", str(folder / f"{name}.json"), "--out", str(out), "--device", "cpu", *flags]
    monkeypatch.setattr(sys, "argv", command)
    TRAINERS[name].main()


def saved(out) -> dict[str, dict[str, torch.Tensor]]:
    """All averaged weights of a run, by file."""
    return {str(path.relative_to(out)): load_file(path) for path in sorted(out.rglob("*.safetensors"))}


@pytest.mark.parametrize("name", TRAINERS)
def test_a_stopped_trainer_ends_as_one_that_was_not(monkeypatch, capsys, folder, name):
    whole, parts = folder / name, folder / f"{name}-in-parts"
    train(monkeypatch, folder, name, whole)
    assert (whole / "DONE").exists() and "sheet 1" in capsys.readouterr().out
    for _ in range(3):
        train(monkeypatch, folder, name, parts, "--resume", "--stop-after", "1e-9")
        assert not (parts / "DONE").exists()
    train(monkeypatch, folder, name, parts, "--resume")
    assert (parts / "DONE").exists()
    expected, found = saved(whole), saved(parts)
    assert expected.keys() == found.keys() and expected
    for file, tensors in expected.items():
        assert all(torch.equal(found[file][key], value) for key, value in tensors.items()), file


def test_a_configuration_with_a_missing_key_ends_the_trainer_before_it_reads_data(monkeypatch, capsys, folder):
    content = json.loads((folder / "decoder.json").read_text())
    del content["variance_strides"]
    (folder / "broken.json").write_text(json.dumps(content | {"data": "nowhere"}))
    monkeypatch.setattr(sys, "argv", ["trainer", "--config", str(folder / "broken.json")])
    with pytest.raises(SystemExit):
        decoder.main()
    assert "variance_strides is missing" in capsys.readouterr().err
