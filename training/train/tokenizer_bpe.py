"""A byte-level BPE tokenizer of CLIP's shape, trained on the caption grammar."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

BOS, EOS = "<|startoftext|>", "<|endoftext|>"
CONTEXT_LENGTH = 32
# CLIP's split: contractions, letters, one digit, runs of anything else.
SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def train_tokenizer(texts: Sequence[str], vocab_size: int = 960) -> Tokenizer:
    """Trains the tokenizer: NFC, lower case, single spaces; bytes, `</w>` at the end of a word."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Replace("</w>", " ")])
    # Every byte must be a token both inside a word and at its end, or an unseen letter would vanish.
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = [BOS, EOS, *(byte + "</w>" for byte in alphabet)]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=special,
        initial_alphabet=alphabet,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _only_two_specials(tokenizer)


def _only_two_specials(tokenizer: Tokenizer) -> Tokenizer:
    """The end-of-word bytes enter the vocabulary as special tokens; here they become ordinary ones."""
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = [t for t in data["added_tokens"] if t["content"] in (BOS, EOS)]
    return Tokenizer.from_str(json.dumps(data))


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> np.ndarray:
    """Ids int32 [N, 32]: BOS, the text cut to 30 tokens, EOS, padded with EOS."""
    bos, eos = tokenizer.token_to_id(BOS), tokenizer.token_to_id(EOS)
    out = np.full((len(texts), CONTEXT_LENGTH), eos, np.int32)
    for row, encoding in zip(out, tokenizer.encode_batch(list(texts), add_special_tokens=False)):
        ids = encoding.ids[: CONTEXT_LENGTH - 2]
        row[0] = bos
        row[1 : 1 + len(ids)] = ids
    return out


def load_tokenizer(path: str | Path) -> Tokenizer:
    """Reads a tokenizer.json."""
    return Tokenizer.from_file(str(path))
