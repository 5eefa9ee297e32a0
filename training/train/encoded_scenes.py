"""Scenes on the device of training, with all that a decoder is told of them."""

import numpy as np
import torch
from torch import Tensor

from training.data.captions import caption
from training.data.dataset import SceneData
from training.train.frozen_clip import FrozenClip, TextBatch


class EncodedScenes:
    """Encodes each picture and each caption with CLIP when it is first drawn, and keeps what came of it.

    Kept on `clip.device` are the pictures uint8 [N, 3, S, S], their embeddings float32 [N, D] and, with a row a
    caption, a TextBatch in bfloat16, in which CLIP computes here. `captions` are told of each scene; which ones depends
    on `seed` and the scene's row alone.
    """

    def __init__(self, scenes: SceneData, clip: FrozenClip, captions: int, seed: int):
        self.scenes, self.clip, self.captions, self.seed = scenes, clip, captions, seed
        self.pictures = torch.from_numpy(scenes.images).to(clip.device)
        config, count = clip.text.config, len(scenes.images)
        empty = lambda dtype, *shape: torch.empty(shape, dtype=dtype, device=clip.device)
        self.embeddings = empty(torch.float32, count, config.projection_dim)
        told = (count * captions, config.max_position_embeddings)
        self.text = TextBatch(
            empty(torch.bfloat16, told[0], config.projection_dim),
            empty(torch.bfloat16, *told, config.hidden_size),
            empty(torch.bfloat16, *told),
        )
        self.seen, self.told = np.zeros(count, bool), np.zeros(told[0], bool)

    def draw(self, rows: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor, TextBatch]:
        """Pictures [B, 3, S, S] in [-1, 1] of the scenes `rows` [B], their embeddings [B, D], and one caption of each
        as float32."""
        lines = rows * self.captions + rng.integers(self.captions, size=len(rows))
        self._see(np.unique(rows[~self.seen[rows]]))
        self._tell(np.unique(lines[~self.told[lines]]))
        at, line = self._index(rows), self._index(lines)
        text = TextBatch(*(kept[line].float() for kept in vars(self.text).values()))
        return self._shown(at), self.embeddings[at], text

    def _index(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(rows).to(self.clip.device)

    def _shown(self, at: Tensor) -> Tensor:
        return self.pictures[at].float() / 127.5 - 1

    @torch.no_grad()
    def _see(self, rows: np.ndarray) -> None:
        if len(rows):
            at = self._index(rows)
            with torch.autocast(torch.device(self.clip.device).type, torch.bfloat16):
                self.embeddings[at] = self.clip.encode_image(self._shown(at)).float()
            self.seen[rows] = True

    @torch.no_grad()
    def _tell(self, lines: np.ndarray) -> None:
        if len(lines):
            captions = [
                caption(self.scenes.attributes[line // self.captions], np.random.default_rng([self.seed, line]))
                for line in lines
            ]
            with torch.autocast(torch.device(self.clip.device).type, torch.bfloat16):
                text = self.clip.encode_text(captions)
            for kept, value in zip(vars(self.text).values(), vars(text).values(), strict=True):
                kept[self._index(lines)] = value.bfloat16()
            self.told[lines] = True
