"""Frechet distance between sets of pictures, in the features of the classifier (Heusel et al. 2017)."""

import numpy as np
import torch
from torch import Tensor

from training.train.networks.classifier_model import Classifier


def patches(images: Tensor, size: int = 64) -> Tensor:
    """The squares [M, 3, size, size] that images [N, 3, H, W] fall into, at their own resolution."""
    tiles = images.unfold(2, size, size).unfold(3, size, size)
    return tiles.permute(0, 2, 3, 1, 4, 5).reshape(-1, 3, size, size)


@torch.no_grad()
def features(classifier: Classifier, images: Tensor) -> np.ndarray:
    """The last convolution's channels, averaged over the picture, float64 [N, F]."""
    parts = [classifier.body(part).mean((2, 3)) for part in images.split(250)]
    return torch.cat(parts).double().numpy()


@torch.no_grad()
def fine_features(classifier: Classifier, images: Tensor) -> np.ndarray:
    """The second block's channels at every fourth place each way, float64 [16 N, F]: edges and textures, wherever they
    are."""
    parts = [classifier.body[:2](part)[:, :, ::4, ::4].permute(0, 2, 3, 1).flatten(0, 2) for part in images.split(250)]
    return torch.cat(parts).double().numpy()


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """|mean a - mean b|^2 + trace(A + B - 2 (A B)^(1/2)) of feature rows [N, F] and [M, F], A and B their
    covariances.
    """
    gap, cov_a, cov_b = a.mean(0) - b.mean(0), np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # The trace of the root of A B is that of the symmetric A^(1/2) B A^(1/2).
    values, vectors = np.linalg.eigh(cov_a)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ cov_b @ root), 0)).sum()
    return float(gap @ gap + np.trace(cov_a) + np.trace(cov_b) - 2 * shared)
