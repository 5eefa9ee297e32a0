"""CLIP as the trainers use it: captions and images of a batch of scenes to embeddings, without gradient."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from training.data.captions import caption
from training.data.dataset import SceneData, to_model_range
from training.train.networks.clip_model import load_models
from training.train.tokenizer_bpe import EOS, encode, load_tokenizer


@dataclass
class TextBatch:
    """embedding [N, D], states [N, T, W] and mask [N, T] (1 up to the first EOS)."""

    embedding: torch.Tensor
    states: torch.Tensor
    mask: torch.Tensor

    def followed_by(self, other: "TextBatch") -> "TextBatch":
        """The rows of both."""
        pairs = ((self.embedding, other.embedding), (self.states, other.states), (self.mask, other.mask))
        return TextBatch(*(torch.cat(pair) for pair in pairs))


class FrozenClip:
    """The trained CLIP and its tokenizer from `folder` (text/, vision/, tokenizer.json)."""

    def __init__(self, folder: Path, device: str):
        self.text, self.vision = (m.eval().requires_grad_(False).to(device) for m in load_models(folder))
        self.tokenizer, self.device = load_tokenizer(folder / "tokenizer.json"), device
        self.eos = self.tokenizer.token_to_id(EOS)

    @torch.no_grad()
    def encode_text(self, captions: list[str]) -> TextBatch:
        ids = torch.from_numpy(encode(self.tokenizer, captions)).long().to(self.device)
        output = self.text(input_ids=ids)
        is_eos = (ids == self.eos).int()
        mask = (is_eos.cumsum(1) - is_eos == 0).float()  # up to and with the first EOS
        return TextBatch(output.text_embeds, output.last_hidden_state, mask)

    @torch.no_grad()
    def encode_image(self, images: torch.Tensor) -> torch.Tensor:
        """Raw image embeddings [N, D] of images [N, 3, 64, 64] in [-1, 1]."""
        return self.vision(pixel_values=images).image_embeds


@torch.no_grad()
def embed_images(clip: FrozenClip, images: np.ndarray, half: bool = True) -> torch.Tensor:
    """Raw image embeddings float32 [N, D] of uint8 pictures [N, 3, 64, 64]; with `half`, products are in bfloat16."""
    parts = []
    for start in range(0, len(images), 500):
        with torch.autocast(torch.device(clip.device).type, torch.bfloat16, enabled=half):
            parts.append(clip.encode_image(to_model_range(images[start : start + 500]).to(clip.device)).float().cpu())
    return torch.cat(parts)


def show_and_tell(
    data: SceneData, rows: np.ndarray, rng: np.random.Generator, device: str
) -> tuple[torch.Tensor, list[str]]:
    """The images [N, 3, 64, 64] of these rows in [-1, 1], and a drawn caption for each."""
    return to_model_range(data.images[rows]).to(device), [caption(data.attributes[i], rng) for i in rows]
