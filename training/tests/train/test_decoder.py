"""What the decoder's trainer draws and weighs."""

import numpy as np
import pytest
import torch

from training.data.captions import all_texts, caption
from training.data.dataset import render_split, to_model_range
from training.paths import CONFIGS, TOYBOX
from training.read_config import read_config
from training.train.config import ClipConfig
from training.train.decoder import edge_loss, where_kept
from training.train.encoded_scenes import EncodedScenes
from training.train.frozen_clip import FrozenClip, TextBatch
from training.train.networks.clip_model import build_models
from training.train.networks.weights import load_weights
from training.train.tokenizer_bpe import train_tokenizer

CAPTIONS, SEED = 2, 3


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> FrozenClip:
    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    tokenizer = train_tokenizer(all_texts(500, 0))
    text, vision = build_models(read_config(CONFIGS / "clip.json", ClipConfig), tokenizer)
    text.save_pretrained(folder / "text")
    vision.save_pretrained(folder / "vision")
    tokenizer.save(str(folder / "tokenizer.json"))
    return FrozenClip(folder, "cpu")


@pytest.fixture(scope="module")
def scenes():
    return render_split(0, "train", 0, 6, 64, 1)


def test_a_scene_is_drawn_with_its_picture_its_embedding_and_one_of_its_captions(clip, scenes):
    encoded, rows = EncodedScenes(scenes, clip, CAPTIONS, SEED), np.array([4, 1, 4])
    images, z, text = encoded.draw(rows, np.random.default_rng(0))
    torch.testing.assert_close(images, to_model_range(scenes.images[rows]))
    torch.testing.assert_close(z, clip.encode_image(images), atol=0.05, rtol=0.05)  # bfloat16
    lines = rows * CAPTIONS + np.random.default_rng(0).integers(CAPTIONS, size=3)
    told = [caption(scenes.attributes[i // CAPTIONS], np.random.default_rng([SEED, i])) for i in lines]
    expected = clip.encode_text(told)
    torch.testing.assert_close(text.embedding, expected.embedding, atol=0.05, rtol=0.05)
    torch.testing.assert_close(text.states, expected.states, atol=0.1, rtol=0.1)
    assert torch.equal(text.mask, expected.mask)


def test_nothing_is_encoded_twice_and_the_order_of_drawing_changes_nothing(monkeypatch, clip, scenes):
    encoded, pictures, captions = EncodedScenes(scenes, clip, CAPTIONS, SEED), [], []
    see, tell = clip.encode_image, clip.encode_text
    monkeypatch.setattr(clip, "encode_image", lambda images: (pictures.extend(images), see(images))[1])
    monkeypatch.setattr(clip, "encode_text", lambda texts: (captions.extend(texts), tell(texts))[1])
    rng = np.random.default_rng(1)
    for _ in range(30):
        encoded.draw(rng.integers(6, size=4), rng)
    assert len(pictures) == 6 and len(captions) == 6 * CAPTIONS
    other = EncodedScenes(scenes, clip, CAPTIONS, SEED)
    other.draw(np.array([5, 0]), np.random.default_rng(2))
    rows = np.array([0, 3, 5])
    again, fresh = (those.draw(rows, np.random.default_rng(4)) for those in (encoded, other))
    torch.testing.assert_close(again[1], fresh[1], atol=0.05, rtol=0.05)  # batches of other sizes
    torch.testing.assert_close(again[2].embedding, fresh[2].embedding, atol=0.05, rtol=0.05)


def test_what_is_dropped_becomes_the_blank_row():
    batch = lambda value, rows: TextBatch(*(torch.full((rows, *rest), value) for rest in ((2,), (3, 2), (3,))))
    mixed = where_kept(torch.tensor([True, False]), batch(1.0, 2), batch(7.0, 1))
    for tensor in vars(mixed).values():
        assert (tensor[0] == 1).all() and (tensor[1] == 7).all()


def test_an_even_error_has_no_edges_and_an_alternating_one_has_most():
    stripes = torch.tensor([1.0, -1.0]).repeat(4).expand(1, 3, 8, 8)
    assert edge_loss(torch.ones(1, 3, 8, 8)) == 0 and edge_loss(stripes) == 4
    assert edge_loss(stripes * stripes.transpose(2, 3)) == 8


def test_a_pack_s_clip_is_read_from_its_onnx_files():
    clip = FrozenClip(TOYBOX, "cpu")
    expected = build_models(read_config(CONFIGS / "clip.json", ClipConfig), clip.tokenizer)[0]
    load_weights(expected, TOYBOX, "clip-text")
    found = clip.encode_text(["a red cube on sand"])
    assert torch.isfinite(found.embedding).all() and found.mask.sum() == 7
    for (name, theirs), ours in zip(expected.named_parameters(), clip.text.parameters(), strict=True):
        assert torch.equal(theirs, ours), name
