"""ECLIPSE's priors (Patel et al. 2024), which make an embedding in one call: one for Karlo, one for Kandinsky 2.2."""

import torch
import torch.nn.functional as F
from diffusers import PriorTransformer
from diffusers.models.attention_processor import AttnProcessor
from torch import nn

from training.export.templates import feeds
from training.export.templates.template import Template
from training.export.templates.unclip import settings

TOKENS_BESIDE_TEXT = 3  # the text's embedding, the noise, and the token that becomes the image embedding


class EclipsePrior(PriorTransformer):
    """diffusers' prior without the token of the timestep. Its folders name the class of diffusers."""

    def __init__(self, **config):
        super().__init__(**config, additional_embeddings=TOKENS_BESIDE_TEXT)
        self.time_embedding = None
        self.set_attn_processor(AttnProcessor())

    def forward(self, sample, text_embedding, text_states, text_mask):
        """The image embedding [N, D] from noise [N, D] and the caption."""
        tokens = [
            self.encoder_hidden_states_proj(text_states),
            self.embedding_proj(text_embedding)[:, None],
            self.proj_in(sample)[:, None],
            self.prd_embedding.expand(sample.shape[0], -1, -1),
        ]
        hidden = torch.cat(tokens, dim=1) + self.positional_embedding
        masked = F.pad((1 - text_mask) * -10000.0, (0, TOKENS_BESIDE_TEXT))
        mask = masked[:, None] + self.causal_attention_mask
        mask = mask.repeat_interleave(self.config.num_attention_heads, dim=0)
        for block in self.transformer_blocks:
            hidden = block(hidden, attention_mask=mask)
        return self.proj_to_clip_embeddings(self.norm_out(hidden)[:, -1])


class OncePrior(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, text_embedding, text_states, text_mask):
        return self.model(sample, text_embedding, text_states, text_mask)


def eclipse_prior(name: str, **config) -> Template:
    """A prior of ECLIPSE; `config` are fields of its class."""
    build = lambda: EclipsePrior(**config)
    settled = settings(build, "time_embed_act_fn", "time_embed_dim", "additional_embeddings")
    settled["config"]["additional_embeddings"] = settled["defaults"]["additional_embeddings"] = TOKENS_BESIDE_TEXT
    with_time = feeds.prior(config["embedding_dim"], config["embedding_dim"], config["num_embeddings"])

    def without_time(rows: int, seed: int) -> feeds.Feeds:
        found = with_time(rows, seed)
        del found["timestep"]
        return found

    return Template(
        name=name,
        role="prior",
        classes=("PriorTransformer",),
        build=build,
        adapter=OncePrior,
        feeds=without_time,
        ignored=("^clip_(mean|std)$",),
        **settled,
    )


PUBLISHED = {"num_attention_heads": 16, "attention_head_dim": 32, "num_layers": 10, "num_embeddings": 77}
TEMPLATES = (
    eclipse_prior("eclipse-prior-768", embedding_dim=768, **PUBLISHED),
    eclipse_prior("eclipse-prior-1280", embedding_dim=1280, **PUBLISHED),
)
