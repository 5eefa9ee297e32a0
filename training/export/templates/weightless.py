"""Networks of any size without their memory: every parameter is one number, seen in the parameter's shape."""

from collections.abc import Callable
from contextlib import contextmanager
from unittest.mock import patch

import torch
from torch import nn

from training.export.templates.template import parameters


@contextmanager
def parameters_without_memory():
    """Inside, parameters that modules register are made without memory; buffers are as ever."""
    register = nn.Module.register_parameter

    def register_on_meta(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        register(module, name, parameter)
        if parameter is not None:
            module._parameters[name] = nn.Parameter(parameter.to("meta"), requires_grad=False)

    with patch.object(nn.Module, "register_parameter", register_on_meta):
        yield


def weightless(build: Callable[[], nn.Module]) -> nn.Module:
    """The network that `build` makes, with parameters of memory for one number each, so that it can be traced."""
    with parameters_without_memory():
        module = build()
    for name, parameter in parameters(module).items():
        owner, _, own = name.rpartition(".")
        number = torch.full((1,) * parameter.ndim, 1e-3).expand(parameter.shape)
        module.get_submodule(owner)._parameters[own] = nn.Parameter(number, requires_grad=False)
    return module.eval()
