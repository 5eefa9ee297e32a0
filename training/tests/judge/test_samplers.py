"""How ways of sampling are compared."""

import json
import shutil

import numpy as np
import pytest
import torch

from training.data.attributes import COLUMNS
from training.judge.answers import KINDS
from training.judge.pack_runtime import Pack, Way
from training.judge.samplers import COUNTED, WAYS, drawn, embeddings, mean_and_error, surprise
from training.paths import CLASSIFIER, RANDOM_PACK
from training.train.networks.classifier_model import load_classifier

CAPTIONS = [f"{colour} cube" for colour in ("red", "blue", "green", "white", "black", "red", "blue", "green", "white")]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack(RANDOM_PACK, 1)


def test_surprise_adds_what_the_classifier_gives_to_each_thing_that_is_told():
    classifier = load_classifier(CLASSIFIER)
    images = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    truth = torch.zeros(3, len(COLUMNS), dtype=torch.int64)
    truth[:, list(COLUMNS).index("word")] = torch.tensor([1, 2, 3])
    with torch.no_grad():
        logits = classifier.heads["word"](classifier.neck(classifier.body(images).flatten(1)))
    expected = -logits.log_softmax(1)[range(3), [1, 2, 3]]
    torch.testing.assert_close(surprise(classifier, images, "word", truth), expected)
    assert (surprise(classifier, images, "one", truth) > 0).all()


def test_every_kind_of_caption_says_something_that_counts():
    assert set(COUNTED) == set(KINDS) and all(name in COLUMNS for names in COUNTED.values() for name in names)


def test_ways_that_take_fewer_rows_than_diffusers_say_how_many():
    assert {name: way.rows() for name, way in WAYS.items()} == {
        **{"ddpm-25": 50, "always-guided": 22, "eight": 12, "seven": 11, "four": 7, "quick": 6, "quick-unguided": 4}
    }


def test_what_is_drawn_is_kept_and_only_what_is_missing_is_drawn_again(pack, tmp_path, monkeypatch):
    way = Way("dpm++2m", [999, 500])
    z = embeddings(pack, CAPTIONS, tmp_path)
    images = drawn(pack, way, CAPTIONS, z, tmp_path / "way")
    assert len(images) == len(CAPTIONS) and images.abs().max() <= 1
    (tmp_path / "way/0008.npy").unlink()
    calls, decode = [], pack.decode
    monkeypatch.setattr(pack, "decode", lambda z, *rest, **more: (calls.append(len(z)), decode(z, *rest, **more))[1])
    monkeypatch.setattr(pack, "prior", None)
    torch.testing.assert_close(embeddings(pack, CAPTIONS, tmp_path), z)
    torch.testing.assert_close(drawn(pack, way, CAPTIONS, z, tmp_path / "way"), images, atol=0, rtol=0)
    assert calls == [1]


@pytest.mark.parametrize("other", ["pack", "captions"])
def test_embeddings_of_another_pack_or_of_other_captions_are_refused(pack, tmp_path, other):
    embeddings(pack, CAPTIONS[:1], tmp_path / "kept")
    if other == "pack":
        shutil.copytree(RANDOM_PACK, tmp_path / "pack")
        manifest = tmp_path / "pack/manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"version": "another"}))
    with pytest.raises(ValueError, match=f"was made with {other}.*name another folder"):
        if other == "pack":
            embeddings(Pack(tmp_path / "pack", 1), CAPTIONS[:1], tmp_path / "kept")
        else:
            embeddings(pack, CAPTIONS[1:2], tmp_path / "kept")


@pytest.mark.parametrize("other", ["way", "embeddings"])
def test_pictures_of_another_way_or_of_other_embeddings_are_refused(pack, tmp_path, other):
    way, z = Way("dpm++2m", [999, 500]), embeddings(pack, CAPTIONS[:1], tmp_path)
    drawn(pack, way, CAPTIONS[:1], z, tmp_path / "way")
    ways = {"way": (Way("dpm++2m", [999, 400]), z), "embeddings": (way, z + 1)}
    with pytest.raises(ValueError, match=f"was made with {other}"):
        drawn(pack, ways[other][0], CAPTIONS[:1], ways[other][1], tmp_path / "way")


def test_a_mean_comes_with_its_standard_error():
    assert mean_and_error(torch.from_numpy(np.array([1.0, 2.0, 3.0, 4.0]))) == "2.500 ± 0.645"
