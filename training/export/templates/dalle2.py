"""The diffusion prior of DALLE2-pytorch (lucidrains; version 1.15.6), its parameters called as they are there.

A class of our own, since that package asks for a CLIP, a trainer and their thirty dependencies; `dalle2_goldens` is
what the package itself computes, and a test holds this class to it.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.export.templates import feeds
from training.export.templates.template import Feeds, Template

TOKENS_BESIDE_TEXT = 4  # the text's embedding, the timestep, the noised image embedding, the query
COSINE_SCALE, ROTATED = 16, 32
BUCKETS, MAX_DISTANCE = 32, 128


class LayerNorm(nn.Module):
    def __init__(self, dim: int, stable: bool = False):
        super().__init__()
        self.g, self.stable = nn.Parameter(torch.ones(dim)), stable

    def forward(self, x: Tensor) -> Tensor:
        if self.stable:
            x = x / x.amax(dim=-1, keepdim=True)
        variance = torch.var(x, dim=-1, unbiased=False, keepdim=True)
        return (x - x.mean(dim=-1, keepdim=True)) * (variance + 1e-5).rsqrt() * self.g


class RelPosBias(nn.Module):
    """T5's bias of attention by how far back a place is."""

    def __init__(self, heads: int):
        super().__init__()
        self.relative_attention_bias = nn.Embedding(BUCKETS, heads)

    def forward(self, queries: int, keys: int) -> Tensor:
        """[heads, queries, keys]."""
        back = (torch.arange(queries)[:, None] - torch.arange(keys)[None]).clamp(min=0)
        exact = BUCKETS // 2
        far = torch.log(back.clamp(min=1).float() / exact) / math.log(MAX_DISTANCE / exact) * (BUCKETS - exact)
        bucket = torch.where(back < exact, back, (exact + far.long()).clamp(max=BUCKETS - 1))
        return self.relative_attention_bias(bucket).permute(2, 0, 1)


def rotate(x: Tensor) -> Tensor:
    """Rotary embedding of the first components of [..., places, components], pair by pair (Su et al. 2021)."""
    rotated = min(ROTATED, x.shape[-1])
    frequencies = 10000 ** -(torch.arange(0, rotated, 2).float() / rotated)
    angles = torch.arange(x.shape[-2]).float()[:, None] * frequencies
    angles = torch.stack([angles, angles], dim=-1).reshape(-1, rotated)
    first, rest = x[..., :rotated], x[..., rotated:]
    turned = torch.stack([-first[..., 1::2], first[..., 0::2]], dim=-1).reshape(first.shape)
    return torch.cat([first * angles.cos() + turned * angles.sin(), rest], dim=-1)


class Attention(nn.Module):
    """Cosine attention to the places before, of many queries to one key and value, and a null key before all."""

    def __init__(self, dim: int, dim_head: int, heads: int, rotary: bool):
        super().__init__()
        self.heads, self.rotary = heads, rotary
        self.norm = LayerNorm(dim)
        self.null_kv = nn.Parameter(torch.randn(2, dim_head))
        self.to_q = nn.Linear(dim, dim_head * heads, bias=False)
        self.to_kv = nn.Linear(dim, dim_head * 2, bias=False)
        self.to_out = nn.Sequential(nn.Linear(dim_head * heads, dim, bias=False), LayerNorm(dim))

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        rows, places, _ = x.shape
        x = self.norm(x)
        q = self.to_q(x).reshape(rows, places, self.heads, -1).transpose(1, 2) * COSINE_SCALE
        k, v = self.to_kv(x).chunk(2, dim=-1)
        if self.rotary:
            q, k = rotate(q), rotate(k)
        null = self.null_kv[:, None, None].expand(-1, rows, -1, -1)
        k, v = torch.cat([null[0], k], dim=1), torch.cat([null[1], v], dim=1)
        q, k = (F.normalize(t, dim=-1) * COSINE_SCALE**0.5 for t in (q, k))
        similarity = q @ k[:, None].transpose(-1, -2) + bias
        later = torch.arange(places + 1)[None] > torch.arange(places)[:, None] + 1
        similarity = similarity.masked_fill(later, -torch.finfo(torch.float32).max)
        attended = similarity.softmax(dim=-1) @ v[:, None]
        return self.to_out(attended.transpose(1, 2).reshape(rows, places, -1))


class SwiGLU(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        x, gate = x.chunk(2, dim=-1)
        return x * F.silu(gate)


def feed_forward(dim: int, inner: int, normformer: bool) -> nn.Sequential:
    return nn.Sequential(
        LayerNorm(dim),
        nn.Linear(dim, 2 * inner, bias=False),
        SwiGLU(),
        LayerNorm(inner) if normformer else nn.Identity(),
        nn.Identity(),  # dropout
        nn.Linear(inner, dim, bias=False),
    )


class CausalTransformer(nn.Module):
    def __init__(self, dim: int, depth: int, dim_head: int, heads: int, ff_mult: int, normformer: bool, rotary: bool):
        super().__init__()
        self.rel_pos_bias = RelPosBias(heads)
        layer = lambda: [Attention(dim, dim_head, heads, rotary), feed_forward(dim, ff_mult * dim, normformer)]
        self.layers = nn.ModuleList([nn.ModuleList(layer()) for _ in range(depth)])
        self.norm = LayerNorm(dim, stable=True)
        self.project_out = nn.Linear(dim, dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        bias = self.rel_pos_bias(x.shape[1], x.shape[1] + 1)
        for attention, feed_forward in self.layers:
            x = attention(x, bias) + x
            x = feed_forward(x) + x
        return self.project_out(self.norm(x))


class DiffusionPriorNetwork(nn.Module):
    """Predicts an image embedding, scaled by sqrt(dim), from the noised one and a caption."""

    def __init__(
        self,
        dim: int,
        depth: int,
        num_timesteps: int,
        max_text_len: int = 256,
        dim_head: int = 64,
        heads: int = 8,
        ff_mult: int = 4,
        normformer: bool = False,
        rotary_emb: bool = True,
    ):
        super().__init__()
        self.to_time_embeds = nn.Sequential(nn.Embedding(num_timesteps, dim))
        self.learned_query = nn.Parameter(torch.randn(dim))
        self.causal_transformer = CausalTransformer(dim, depth, dim_head, heads, ff_mult, normformer, rotary_emb)
        self.null_text_encodings = nn.Parameter(torch.randn(1, max_text_len, dim))
        self.null_text_embeds = nn.Parameter(torch.randn(1, 1, dim))
        self.null_image_embed = nn.Parameter(torch.randn(1, dim))

    def forward(self, sample, timestep, text_embedding, text_states, text_mask, keep_text) -> Tensor:
        """The embedding [N, dim]. `text_mask` [N, T] and `keep_text` [N] are 0 or 1.

        A row that does not keep its text does not see its noised embedding either.
        """
        rows, length = text_mask.shape
        keep = keep_text[:, None] > 0.5
        beyond = self.null_text_encodings.shape[1] - length
        kept = F.pad((text_mask > 0.5) & keep, (0, beyond), value=False)
        tokens = [
            torch.where(kept[..., None], F.pad(text_states, (0, 0, 0, beyond)), self.null_text_encodings),
            torch.where(keep[..., None], F.normalize(text_embedding, dim=-1)[:, None], self.null_text_embeds),
            self.to_time_embeds(timestep.long())[:, None],
            torch.where(keep, sample, self.null_image_embed)[:, None],
            self.learned_query[None, None].expand(rows, -1, -1),
        ]
        return self.causal_transformer(torch.cat(tokens, dim=1))[:, -1]


class Adapter(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, timestep, text_embedding, text_states, text_mask, keep_text):
        return self.model(sample, timestep, text_embedding, text_states, text_mask, keep_text)


# What DALLE2-pytorch takes for fields that a configuration leaves out. Other values of `FIXED` are not built here.
DEFAULTS = {"max_text_len": 256, "dim_head": 64, "heads": 8, "ff_mult": 4, "normformer": False, "rotary_emb": True}
FIXED = {
    "norm_in": False,
    "norm_out": True,
    "final_proj": True,
    "self_cond": False,
    "num_time_embeds": 1,
    "num_image_embeds": 1,
    "num_text_embeds": 1,
}
# As the trainer saves it: the network is a part of `DiffusionPrior`.
WITHIN = {"name": "DiffusionPrior", "rules": [{"parameter": "^", "tensor": "net."}]}


def dalle2_prior(name: str, *, length: int = 77, **config) -> Template:
    """A prior of DALLE2-pytorch; `config` are fields of its network. Captions have `length` tokens."""
    config = DEFAULTS | config
    with_time = feeds.prior(config["dim"], config["dim"], length)

    def with_keep(rows: int, seed: int) -> Feeds:
        found = with_time(rows, seed)
        found["timestep"] = found["timestep"] % config["num_timesteps"]
        return found | {"keep_text": (torch.arange(rows) % 2 == 0).float()}

    return Template(
        name=name,
        role="prior",
        classes=("DiffusionPriorNetwork",),
        build=lambda: DiffusionPriorNetwork(**config),
        adapter=Adapter,
        feeds=with_keep,
        config=config | FIXED | {"context_length": length},
        defaults=DEFAULTS | FIXED,
        ignored=(r"\.rotary_emb\.freqs$", r"^noise_scheduler\.", r"^clip\."),
        layouts=(WITHIN,),
    )


# LAION's, with OpenAI's ViT-L/14 (huggingface.co/laion/DALLE2-PyTorch, folder prior).
TEMPLATES = (
    dalle2_prior("dalle2-prior", dim=768, depth=12, num_timesteps=1000, dim_head=64, heads=12, normformer=True),
)
