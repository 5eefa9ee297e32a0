"""The autoregressive prior's network: a causal transformer over a caption and the codes of an image embedding.

Places of the sequence, each with a learned position: the T states of the caption, its CLIP embedding, the bucket of
z_i . z_t, and the K codes, of which the last is never read. What stands at the caption's embedding predicts the
bucket, the bucket predicts the first code, each code the next (Ramesh et al. 2022, section 2.2).
"""

import math

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn
from torch.nn import functional as F

HIDDEN = -1e9  # the score of a place that is not seen


class Block(nn.Module):
    """Attention and a feed-forward layer of four times the width, each behind a norm and added to its input."""

    def __init__(self, heads: int, width: int, dropout: float):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attend, self.attended = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor, past: tuple[Tensor, Tensor] | None) -> tuple[Tensor, Tensor, Tensor]:
        """x [N, M, w] after the block, and the keys and values [N, M, w] of its places.

        `bias` [N, M, P + M] is added to the scores; `past` holds keys and values [N, P, w] of earlier places.
        """
        query, key, value = self.attend(self.norm1(x)).chunk(3, -1)
        keys, values = (key, value) if past is None else (torch.cat([past[0], key], 1), torch.cat([past[1], value], 1))
        scores = self.split(query) @ self.split(keys).transpose(-1, -2) * (x.shape[-1] // self.heads) ** -0.5
        weights = self.drop((scores + bias[:, None]).softmax(-1))
        x = x + self.drop(self.attended((weights @ self.split(values)).transpose(1, 2).flatten(2)))
        return x + self.drop(self.narrow(F.gelu(self.widen(self.norm2(x))))), key, value

    def split(self, x: Tensor) -> Tensor:
        """[N, M, w] as [N, heads, M, w / heads]."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


def smooth_table(buckets: int, width: int) -> Tensor:
    """A table [B, w] to begin with, in which neighbouring buckets are alike: waves of random phase along the buckets.

    Their periods lie between 8 buckets and twice all of them. Buckets are an order, which random rows would hide.
    """
    periods = 8 * (buckets / 4) ** torch.rand(width)
    waves = 2 * math.pi * (torch.arange(buckets)[:, None] / periods + torch.rand(width))
    return 0.06 * waves.cos()


class AutoregressivePrior(ModelMixin, ConfigMixin):
    """See the module. Width w is heads times their dimension."""

    @register_to_config
    def __init__(
        self,
        num_attention_heads: int,
        attention_head_dim: int,
        num_layers: int,
        embedding_dim: int,
        num_embeddings: int,
        text_width: int,
        num_codes: int,
        num_buckets: int,
        dropout: float = 0.0,
    ):
        super().__init__()
        width = num_attention_heads * attention_head_dim
        self.caption_length = num_embeddings
        self.text_states, self.text_embedding = nn.Linear(text_width, width), nn.Linear(embedding_dim, width)
        self.no_text = nn.Parameter(torch.zeros(width))
        self.dot, self.codes = nn.Embedding(num_buckets, width), nn.Embedding(num_buckets, width)
        self.positions = nn.Parameter(torch.zeros(num_embeddings + 1 + num_codes, width))
        self.blocks = nn.ModuleList(Block(num_attention_heads, width, dropout) for _ in range(num_layers))
        self.norm = nn.LayerNorm(width)
        self.dot_head, self.code_head = nn.Linear(width, num_buckets), nn.Linear(width, num_buckets)
        self.drop = nn.Dropout(dropout)
        for table in (self.positions, self.no_text):
            nn.init.normal_(table, std=0.02)
        for head in (self.dot_head, self.code_head):
            nn.init.zeros_(head.bias)
        with torch.no_grad():
            for table in (self.dot, self.codes, self.dot_head, self.code_head):
                table.weight.copy_(smooth_table(num_buckets, width))

    def hidden(
        self,
        codes: Tensor,
        places: Tensor,
        text_embedding: Tensor,
        text_states: Tensor,
        text_mask: Tensor,
        keep_text: Tensor,
        past: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """What the network makes of M places of the sequence, [N, M, w], and their keys and values [N, 2L, M, w].

        codes [N, M]: the bucket or code at each place, of no account at the caption's. places [N, M]: ascending.
        text_mask [N, T]: 1 for a token. keep_text [N]: 1 where the caption counts. past [N, 2L, P, w]: keys and
        values of the places 0 to P - 1, of which those before the first of `places` are seen.
        """
        length, keep = self.caption_length, keep_text[:, None]
        told = text_mask * keep

        # Inputs of every place.
        rows = places.clamp(max=length - 1)[..., None].expand(-1, -1, text_states.shape[-1])
        states = self.text_states(text_states.gather(1, rows))
        embedding = self.text_embedding(text_embedding) * keep + self.no_text * (1 - keep)
        places_of = places[..., None]
        x = torch.where(places_of < length, states, embedding[:, None])
        x = torch.where(places_of == length + 1, self.dot(codes), x)
        x = torch.where(places_of > length + 1, self.codes(codes), x)
        x = self.drop(x + self.positions[places])

        # Which places each of them sees: none behind it, and of the caption only what counts.
        def visible(seen: Tensor) -> Tensor:
            token = told.gather(1, seen.clamp(max=length - 1)) > 0
            return (token | (seen >= length))[:, None] & (seen[:, None] <= places[..., None])

        sees = visible(places)
        if past is not None:
            before = torch.arange(past.shape[2], device=places.device)[None].expand(places.shape[0], -1)
            sees = torch.cat([visible(before) & (before < places[:, :1])[:, None], sees], -1)
        bias = (~sees).float() * HIDDEN

        present = []
        for k, block in enumerate(self.blocks):
            x, key, value = block(x, bias, None if past is None else (past[:, 2 * k], past[:, 2 * k + 1]))
            present += [key, value]
        return self.norm(x), torch.stack(present, 1)

    def forward(
        self,
        codes: Tensor,
        position: Tensor,
        text_embedding: Tensor,
        text_states: Tensor,
        text_mask: Tensor,
        keep_text: Tensor,
        past: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """One call of the sampler: logits [N, B] of what follows the last of M places, and `present` [N, 2L, M, w].

        position [N]: the first of the places, which follow one another. The rest as in `hidden`.
        """
        places = position.long()[:, None] + torch.arange(codes.shape[1], device=codes.device)[None]
        hidden, present = self.hidden(codes.long(), places, text_embedding, text_states, text_mask, keep_text, past)
        last, place = hidden[:, -1], places[:, -1:]
        return torch.where(place == self.caption_length, self.dot_head(last), self.code_head(last)), present
