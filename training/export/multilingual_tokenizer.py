"""A small tokenizer of XLM-RoBERTa's kind: SentencePiece's unigram model behind its normalisation (NMT's of NFKC)."""

import io
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from transformers import XLMRobertaTokenizer

SENTENCES = (
    "a red cube on a blue sphere, and a blue cube under a red sphere",
    "a small green cone in front of a large yellow cube",
    "ein roter Würfel auf einer blauen Kugel, daneben ein grüner Kegel",
    "ein blauer Würfel neben einer roten Kugel, dahinter ein gelber Kegel",
    "un cube rouge sur une sphère bleue, à côté d'un cône vert",
    "une sphère rouge sous un cube bleu, devant un cône jaune",
    "красный куб на синем шаре и маленький зелёный конус",
    "синий куб под красным шаром и большой жёлтый конус",
    "青い球の上の赤い立方体",
    "赤い球の上の青い立方体",
)
TOKENS = 110


def multilingual_tokenizer() -> XLMRobertaTokenizer:
    """A tokenizer of `TOKENS` tokens, the last of them the mask. The same at every call."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 20),
        model_writer=written,
        model_type="unigram",
        vocab_size=TOKENS - 2,
        character_coverage=1.0,
        normalization_rule_name="nmt_nfkc",
        num_threads=1,
        minloglevel=2,
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(written.getvalue())
    # As fairseq has it, the special tokens are in another order than SentencePiece's, with two more.
    specials = [(token, 0.0) for token in ("<s>", "<pad>", "</s>", "<unk>")]
    pieces = [(piece.piece, piece.score) for piece in model.pieces[3:]]
    return XLMRobertaTokenizer(
        vocab=[*specials, *pieces, ("<mask>", 0.0)],
        _spm_precompiled_charsmap=model.normalizer_spec.precompiled_charsmap,
        model_max_length=512,
    )


def write_multilingual_tokenizer(folder: Path) -> None:
    tokenizer = multilingual_tokenizer()
    assert len(tokenizer) == TOKENS
    tokenizer.save_pretrained(folder)
