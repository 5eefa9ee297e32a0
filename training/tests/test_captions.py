"""Captions name what is there and nothing else; the tokenizer loses nothing."""

import numpy as np
import pytest
import torch

from clipwork_training.attributes import ATTRIBUTES
from clipwork_training.captions import WORDS, all_texts, caption, compose, vocabulary
from clipwork_training.clip_model import contrastive_loss, describes
from clipwork_training.tokenizer_bpe import BOS, CONTEXT_LENGTH, EOS, encode, train_tokenizer

ROW = [0, 0, 0, 1, 0, 1]  # a small red metal cube on sand at sunset


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer(all_texts(5000, 1))


def wordings(attribute, index):
    return WORDS[attribute][ATTRIBUTES[attribute][index]]


def test_canonical_wording():
    assert caption(ROW, canonical=True) == "a small red metal cube on sand at sunset"


def test_full_captions_name_every_attribute():
    rng = np.random.default_rng(0)
    for _ in range(200):
        text = caption(ROW, rng, full=True)
        assert all(any(w in text for w in wordings(name, i)) for name, i in zip(ATTRIBUTES, ROW)), text


def test_partial_captions_name_what_they_say_they_name():
    rng = np.random.default_rng(1)
    left_out = np.zeros(6)
    for _ in range(300):
        text, named = compose(ROW, rng)
        left_out += ~np.array(named)
        for (name, index), there in zip(zip(ATTRIBUTES, ROW), named):
            assert any(w in text for w in wordings(name, index)) == there, text
    assert (left_out > 20).all()


def test_words_belong_to_one_value_only():
    words = [w for values in WORDS.values() for choices in values.values() for w in choices]
    assert len(words) == len(set(words))
    assert {name: list(values) for name, values in ATTRIBUTES.items()} == {n: list(v) for n, v in WORDS.items()}
    assert "crimson" in vocabulary()["colour"]


def test_captions_are_a_function_of_the_seed():
    assert all_texts(20, 3) == all_texts(20, 3) != all_texts(20, 4)


def test_ids_start_with_bos_end_with_eos_and_are_cut(tokenizer):
    ids = encode(tokenizer, ["", "a red cube", "q " * 60])
    bos, eos = tokenizer.token_to_id(BOS), tokenizer.token_to_id(EOS)
    assert ids.shape == (3, CONTEXT_LENGTH) and ids.dtype == np.int32
    assert (ids[:, 0] == bos).all() and (ids[:, -1] == eos).all()
    assert ids[0].tolist() == [bos] + [eos] * 31
    assert (ids[2, 1:31] != eos).all()


def test_the_tokenizer_knows_every_byte_and_folds_case_and_spaces(tokenizer):
    texts = ["ein größerer würfel", "zebra 日本 😀", "a, b"]
    assert [tokenizer.decode(tokenizer.encode(t).ids).strip() for t in texts[:2]] == texts[:2]
    assert tokenizer.encode("A  Red\n CUBE").ids == tokenizer.encode("a red cube").ids
    assert all(len(tokenizer.encode(word).ids) == 1 for word in ("cube", "crimson", "sunset"))


def test_a_caption_that_also_fits_is_no_negative():
    attributes = torch.tensor([ROW, [0, 1, 0, 1, 0, 1]])
    named = torch.tensor([[True, False] + [False] * 4, [True, True] + [False] * 4])
    fits = describes(named, attributes)
    assert fits.tolist() == [[True, True], [False, True]]
    text, image = torch.randn(2, 8), torch.randn(2, 8)
    scale = torch.tensor(2.0)
    with_all = contrastive_loss(text, image, scale, torch.ones(2, 2, dtype=torch.bool))
    assert with_all < 1e-6 < contrastive_loss(text, image, scale, fits)
