"""CLIP (Radford et al. 2021) in transformers' standard classes, and its loss."""

from dataclasses import asdict
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig, CLIPVisionModelWithProjection

from training.data.attributes import COLUMNS
from training.paths import CONFIGS
from training.read_config import read_config
from training.train.config import ClipConfig
from training.train.networks.weights import load_weights
from training.train.tokenizer_bpe import BOS, CONTEXT_LENGTH, EOS, load_tokenizer

HARD, HARD_WEIGHT = ("relation", "word"), 3.0


def build_models(
    config: ClipConfig, tokenizer: Tokenizer
) -> tuple[CLIPTextModelWithProjection, CLIPVisionModelWithProjection]:
    """Fresh text and vision models."""
    text = CLIPTextConfig(
        vocab_size=tokenizer.get_vocab_size(),
        max_position_embeddings=CONTEXT_LENGTH,
        projection_dim=config.dimension,
        hidden_act="gelu",
        attention_dropout=0.0,
        bos_token_id=tokenizer.token_to_id(BOS),
        # Not 2: with 2, transformers pools at the largest id; else at the first EOS, which is right here.
        eos_token_id=tokenizer.token_to_id(EOS),
        pad_token_id=tokenizer.token_to_id(EOS),
        **asdict(config.text),
    )
    vision = CLIPVisionConfig(
        image_size=64,
        projection_dim=config.dimension,
        hidden_act="gelu",
        attention_dropout=0.0,
        **asdict(config.vision),
    )
    return _plain_attention(CLIPTextModelWithProjection(text), CLIPVisionModelWithProjection(vision))


def _plain_attention(*models):
    # The backward pass of torch's fused attention is several times slower on a CPU than the plain products.
    for model in models:
        model.set_attn_implementation("eager")
    return models


def load_models(folder: str | Path):
    """The text and vision models saved in the folder of a run or of a pack."""
    folder = Path(folder)
    if (folder / "manifest.json").exists():
        models = build_models(read_config(CONFIGS / "clip.json", ClipConfig), load_tokenizer(folder / "tokenizer.json"))
        for model, stage in zip(models, ("clip-text", "clip-image"), strict=True):
            load_weights(model, folder, stage)
        return models
    return _plain_attention(
        CLIPTextModelWithProjection.from_pretrained(folder / "text"),
        CLIPVisionModelWithProjection.from_pretrained(folder / "vision"),
    )


def inherit(model: nn.Module, older: nn.Module) -> int:
    """Copies the parameters of `older` whose names and shapes agree; returns how many."""
    theirs = dict(older.named_parameters())
    same = [
        (new, theirs[name])
        for name, new in model.named_parameters()
        if name in theirs and theirs[name].shape == new.shape
    ]
    with torch.no_grad():
        for new, old in same:
            new.copy_(old)
    return len(same)


@torch.no_grad()
def inherit_tokens(model: nn.Module, tokenizer: Tokenizer, older: nn.Module, older_tokenizer: Tokenizer) -> None:
    """Copies the embeddings of the tokens that both tokenizers know, whatever their numbers."""
    new, old = (m.text_model.embeddings.token_embedding.weight for m in (model, older))
    older_ids = older_tokenizer.get_vocab()
    for token, i in tokenizer.get_vocab().items():
        if token in older_ids:
            new[i] = old[older_ids[token]]


def contrastive_loss(
    text: Tensor,
    image: Tensor,
    log_scale: Tensor,
    also_true: Tensor,
    misses: Tensor | None = None,
    misses_true: Tensor | None = None,
) -> Tensor:
    """Symmetric cross entropy over the cosines of a batch (Radford et al. 2021, figure 3).

    also_true [N, N] bool: caption i also describes image j. Such pairs off the diagonal are no negatives, so they are
    left out of both softmaxes. misses [M, D]: embeddings of captions that are negatives of every image, but where
    misses_true [M, N] says that they describe it.
    """
    scale = log_scale.exp().clamp(max=100)
    text, image = scale * F.normalize(text, dim=-1), F.normalize(image, dim=-1)
    logits = text @ image.T
    logits = logits.masked_fill(also_true & ~torch.eye(len(text), dtype=torch.bool, device=text.device), -1e4)
    target = torch.arange(len(text), device=text.device)
    of_image = logits.T
    if misses is not None:
        wrong = scale * image @ F.normalize(misses, dim=-1).T
        of_image = torch.cat([of_image, wrong.masked_fill(misses_true.T, -1e4)], 1)
    return 0.5 * (F.cross_entropy(logits, target) + F.cross_entropy(of_image, target))


def norm_penalty(embedding: Tensor) -> Tensor:
    """Keeps the raw norms, which cosines leave free, near sqrt(D): coordinates then have a scale of about one."""
    return (embedding.norm(dim=-1) / embedding.shape[-1] ** 0.5 - 1).square().mean()


def describes(named: Tensor, attributes: Tensor) -> Tensor:
    """[N, N] bool: caption i, which names the attributes named [N, 27] of scene i, fits scene j as well."""
    return fits(named, attributes, attributes)


def fits(named: Tensor, told: Tensor, attributes: Tensor) -> Tensor:
    """[M, N] bool: caption i, which names the attributes named [M, 27] of the rows told [M, 27], describes
    scene j of attributes [N, 27].
    """
    return ((told[:, None] == attributes[None]) | ~named[:, None]).all(-1)


class Contrast(nn.Module):
    """The learned temperature, and heads that read the attributes linearly from an embedding.

    The heads are a help at first, dropped after training. One set serves both towers, which pulls their embeddings
    together before the contrast does.
    """

    def __init__(self, dimension: int, temperature: float = 0.07):
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(1 / temperature).log())
        self.sizes = [len(values) for values in COLUMNS.values()]
        self.heads = nn.Linear(dimension, sum(self.sizes))

    def reading_loss(self, embedding: Tensor, named: Tensor, attributes: Tensor) -> Tensor:
        """Mean cross entropy over the attributes [N, 27] that are named [N, 27] bool; -1 is never counted.

        Relation and word are what is read last, and seldom there: they count HARD_WEIGHT times, and "none" not at all.
        """
        target = torch.where(named, attributes, -1)
        hard = torch.tensor([name in HARD for name in COLUMNS], device=target.device)
        target = torch.where(hard & (target == 0), -1, target)
        losses = [
            F.cross_entropy(part, target[:, k], ignore_index=-1, reduction="sum")
            for k, part in enumerate(self.heads(embedding).split(self.sizes, 1))
        ]
        return (torch.stack(losses) * torch.where(hard, HARD_WEIGHT, 1.0)).sum() / (target >= 0).sum()
