"""Weights changed by products of low rank (Hu et al. 2021, LoRA): W + up down, of which only up and down are trained.

A network that was taught so differs from the one it began with by a twentieth of its numbers, which is what a pack has
room for beside the other.
"""

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

MINIMUM_ELEMENTS = 4096  # smaller matrices are trained whole


class LowRank(nn.Module):
    """What is added to a weight [M, ...]: up [M, R] times down [R, ...]; nothing at first."""

    def __init__(self, weight: Tensor, rank: int):
        super().__init__()
        inputs = weight[0].numel()
        self.up = nn.Parameter(torch.zeros(len(weight), rank))
        self.down = nn.Parameter(torch.randn(rank, inputs) / inputs**0.5)

    def forward(self, weight: Tensor) -> Tensor:
        """The weight that the network computes with."""
        return weight + (self.up @ self.down).reshape(weight.shape)


class LowRankStudent(nn.Module):
    """A copy of `teacher` whose large matrices and kernels are changed by products of rank `rank`; its vectors and
    small matrices are trained as they are, and so is everything if `rank` is 0.

    It is called as the teacher is, and saved as a network of the teacher's own kind.
    """

    def __init__(self, teacher: nn.Module, rank: int):
        super().__init__()
        self.model = copy.deepcopy(teacher).requires_grad_(True)
        for layer in [*self.model.modules()] if rank else []:
            if isinstance(layer, nn.Linear | nn.Conv2d) and worth_it(layer.weight, rank):
                layer.weight.requires_grad_(False)
                parametrize.register_parametrization(layer, "weight", LowRank(layer.weight, rank))

    def forward(self, *args, **kwargs):
        """What the network returns; a weight is put together once in all calls inside `parametrize.cached()`."""
        return self.model(*args, **kwargs)

    @torch.no_grad()
    def merged(self) -> nn.Module:
        """The student as a network of the teacher's kind, with the changed weights in place of the others."""
        merged = type(self.model).from_config(self.model.config)
        for name, parameter in merged.named_parameters():
            layer, _, kind = name.rpartition(".")
            parameter.copy_(getattr(self.model.get_submodule(layer), kind))
        return merged

    def save_pretrained(self, folder) -> None:
        """Saves the merged network."""
        self.merged().save_pretrained(folder)


def worth_it(weight: Tensor, rank: int) -> bool:
    """Whether a change of rank `rank` has fewer numbers than the weight itself, and that is large."""
    return weight.numel() >= MINIMUM_ELEMENTS and rank * (len(weight) + weight[0].numel()) < weight.numel()
