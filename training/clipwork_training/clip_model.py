"""CLIP (Radford et al. 2021) in transformers' standard classes, its loss and its running average."""

import copy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import (
    CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig, CLIPVisionModelWithProjection,
)

from .attributes import ATTRIBUTES
from .tokenizer_bpe import BOS, CONTEXT_LENGTH, EOS


def build_models(config: dict, tokenizer) -> tuple[CLIPTextModelWithProjection, CLIPVisionModelWithProjection]:
    """Fresh text and vision models; `config` is the content of configs/clip.json."""
    text = CLIPTextConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=CONTEXT_LENGTH,
        projection_dim=config["dimension"], hidden_act="gelu", attention_dropout=0.0,
        bos_token_id=tokenizer.token_to_id(BOS),
        # Not 2: with 2, transformers pools at the largest id; else at the first EOS, which is right here.
        eos_token_id=tokenizer.token_to_id(EOS), pad_token_id=tokenizer.token_to_id(EOS),
        **config["text"])
    vision = CLIPVisionConfig(
        image_size=64, projection_dim=config["dimension"], hidden_act="gelu", attention_dropout=0.0,
        **config["vision"])
    return _plain_attention(CLIPTextModelWithProjection(text), CLIPVisionModelWithProjection(vision))


def _plain_attention(*models):
    # The backward pass of torch's fused attention is several times slower on a CPU than the plain products.
    for model in models:
        model.set_attn_implementation("eager")
    return models


def load_models(folder: str | Path):
    """The text and vision models saved in `folder`."""
    folder = Path(folder)
    return _plain_attention(
        CLIPTextModelWithProjection.from_pretrained(folder / "text"),
        CLIPVisionModelWithProjection.from_pretrained(folder / "vision"))


class Clip(nn.Module):
    """Text and vision model with the learned temperature of their contrast."""

    def __init__(self, text, vision, temperature: float = 0.07):
        super().__init__()
        self.text, self.vision = text, vision
        self.log_scale = nn.Parameter(torch.tensor(1 / temperature).log())

    def forward(self, ids: Tensor, images: Tensor) -> tuple[Tensor, Tensor]:
        """Raw projections [N, D] of captions (ids [N, 32], no mask: causal) and images [N, 3, 64, 64] in [-1, 1]."""
        return self.text(input_ids=ids).text_embeds, self.vision(pixel_values=images).image_embeds


def contrastive_loss(text: Tensor, image: Tensor, log_scale: Tensor, also_true: Tensor) -> Tensor:
    """Symmetric cross entropy over the cosines of a batch (Radford et al. 2021, figure 3).

    also_true [N, N] bool: caption i also describes image j. Such pairs off the diagonal are no negatives, so they are
    left out of both softmaxes.
    """
    logits = log_scale.exp().clamp(max=100) * F.normalize(text, dim=-1) @ F.normalize(image, dim=-1).T
    logits = logits.masked_fill(also_true & ~torch.eye(len(text), dtype=torch.bool, device=text.device), -1e4)
    target = torch.arange(len(text), device=text.device)
    return 0.5 * (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target))


def norm_penalty(embedding: Tensor) -> Tensor:
    """Keeps the raw norms, which cosines leave free, near sqrt(D): coordinates then have a scale of about one."""
    return (embedding.norm(dim=-1) / embedding.shape[-1] ** 0.5 - 1).square().mean()


def describes(named: Tensor, attributes: Tensor) -> Tensor:
    """[N, N] bool: caption i, which names the attributes named [N, 6] of scene i, fits scene j as well."""
    same = attributes[:, None] == attributes[None]
    return (same | ~named[:, None]).all(-1)


class AttributeHeads(nn.Module):
    """Reads the attributes linearly from an embedding: a help for short training runs, dropped afterwards.

    One set of heads serves both towers, which pulls their embeddings together before the contrast does.
    """

    def __init__(self, dimension: int):
        super().__init__()
        self.heads = nn.ModuleList(nn.Linear(dimension, len(values)) for values in ATTRIBUTES.values())

    def forward(self, embedding: Tensor, named: Tensor, attributes: Tensor) -> Tensor:
        """Mean cross entropy over the attributes [N, 6] that are named [N, 6] bool."""
        losses = [F.cross_entropy(head(embedding), attributes[:, k], reduction="none")
                  for k, head in enumerate(self.heads)]
        return (torch.stack(losses, 1) * named).sum() / named.sum()


class Average:
    """Exponential moving average of a model's parameters, with a warm-up of the decay."""

    def __init__(self, model: nn.Module, decay: float):
        self.model, self.decay, self.updates = copy.deepcopy(model).eval(), decay, 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for mean, new in zip(self.model.parameters(), model.parameters()):
            mean.lerp_(new.detach(), 1 - decay)
