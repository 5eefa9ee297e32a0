"""The tokenizer loses nothing, and every caption fits the context."""

import numpy as np
import pytest

from training.data.arrange import sample_scene
from training.data.captions import all_texts, caption, vocabulary
from training.train.tokenizer_bpe import BOS, CONTEXT_LENGTH, EOS, encode, train_tokenizer

SAMPLE = [sample_scene(9, "train", i).attribute_row() for i in range(600)]


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer(all_texts(5000, 1))


def test_captions_fit_the_context(tokenizer):
    rng = np.random.default_rng(5)
    for row in SAMPLE:
        for text in (caption(row, rng, full=True), caption(row, rng), caption(row, canonical=True)):
            assert len(tokenizer.encode(text).ids) <= CONTEXT_LENGTH - 2, text


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
    words = {word for wordings in vocabulary().values() for wording in wordings for word in wording.split()}
    assert all(len(tokenizer.encode(word).ids) == 1 for word in words)
