"""The exponential moving average of weights that is sampled from, saved and exported."""

import copy

import torch
from torch import nn


class Ema:
    """EMA of a module's parameters, with the newest buffers.

    `decay` is reached gradually so that early averages forget the initialisation.
    """

    def __init__(self, module: nn.Module, decay: float):
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Moves the average towards `module`."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        torch._foreach_lerp_(list(self.module.parameters()), [p.detach() for p in module.parameters()], 1 - decay)
        for mean, new in zip(self.module.buffers(), module.buffers(), strict=True):
            mean.copy_(new)
