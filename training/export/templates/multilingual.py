"""Kandinsky 2.1's second text encoder: MultilingualCLIP, which puts captions of many languages into CLIP's space."""

from diffusers.pipelines.kandinsky.text_encoder import MCLIPConfig, MultilingualCLIP
from torch import nn

from training.export.templates import feeds
from training.export.templates.template import Template

FIELDS = (
    "transformerDimensions",
    "numDims",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "max_position_embeddings",
    "vocab_size",
    "type_vocab_size",
    "hidden_act",
    "layer_norm_eps",
    "pad_token_id",
)
# Tokens of a caption, whatever the network could take: diffusers' KandinskyPipeline fills and cuts to so many.
LENGTH = 77


class MultilingualText(nn.Module):
    """The mean of a caption's states, mapped to CLIP's space, and the states themselves."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids, text_mask):
        return self.model(ids.long(), text_mask)


def multilingual_text(name: str, *, width: int, dimension: int, **config) -> Template:
    """XLM-RoBERTa of `width` and a linear layer to `dimension`; `config` are further fields of its configuration."""
    config = MCLIPConfig(width, dimension, hidden_size=width, attn_implementation="eager", **config)
    default = MCLIPConfig()
    return Template(
        name=name,
        role="text-encoder",
        classes=("MultilingualCLIP",),
        build=lambda: MultilingualCLIP(config),
        adapter=MultilingualText,
        feeds=feeds.multilingual_text(config.vocab_size, LENGTH, pad=config.pad_token_id),
        config={field: getattr(config, field) for field in FIELDS},
        defaults={field: getattr(default, field) for field in FIELDS},
        outputs=("embedding", "states"),
        # What of XLM-RoBERTa the encoder does not use.
        ignored=(r"^transformer\.embeddings\.position_ids$", r"^transformer\.pooler\."),
    )


TEMPLATES = (
    multilingual_text(
        "multilingual-clip-l",
        width=1024,
        dimension=768,
        intermediate_size=4096,
        num_hidden_layers=24,
        num_attention_heads=16,
        max_position_embeddings=514,
        vocab_size=250002,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
    ),
)
