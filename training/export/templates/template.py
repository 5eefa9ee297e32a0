"""What a template is: a network of a public checkpoint, and what of a checkpoint's folder it fits."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import nn

Feeds = dict[str, torch.Tensor]

# Fields of diffusers' configurations that change no graph: sizes that stay free, dropout, precision of halves.
NO_MATTER = {"sample_size", "dropout", "upcast_attention", "force_upcast", "scaling_factor", "num_train_timesteps"}


@dataclass(frozen=True)
class Template:
    """A network by which one stage of a pack is made.

    `build` makes the network in its true class, weights of any value. `adapter` wraps it in a call whose arguments are
    those of `feeds(rows, seed)`, by names of the pack format's vocabulary. `beside` are tensors of the checkpoint that
    go to the manifest: name to field of the stage. `layouts` are other names under which checkpoints keep the weights.
    """

    name: str
    role: str
    classes: tuple[str, ...]
    build: Callable[[], nn.Module]
    adapter: type[nn.Module]
    feeds: Callable[[int, int], Feeds]
    config: dict
    defaults: dict
    outputs: tuple[str, ...] = ("output",)
    free_sizes: tuple[str, ...] = ()  # feeds and outputs whose height and width may be any
    beside: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    layouts: tuple[dict, ...] = ()

    def dynamic_axes(self, feeds: Feeds) -> dict[str, dict[int, str]]:
        """Axis 0 of everything is rows; of pictures and latents of free size height and width are free too."""
        size = lambda name: {2: "H", 3: "W"} if name in self.free_sizes else {}
        return {name: {0: "N"} | size(name) for name in [*feeds, *self.outputs]}


def parameters(module: nn.Module) -> dict[str, nn.Parameter]:
    """The module's parameters by the names of its state dict."""
    return dict(module.named_parameters(remove_duplicate=False))


def plain(value):
    """A field's value as a configuration's file has it: lists, and objects in the order of their keys."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in sorted(value.items())}
    return list(value) if isinstance(value, tuple) else value


def diffusers_config(module: nn.Module, *, without: tuple[str, ...] = ()) -> tuple[dict, dict]:
    """Fields of a module's configuration that matter for its graph, and what its class takes if one is absent."""
    values = {
        name: plain(value)
        for name, value in module.config.items()
        if not name.startswith("_") and name not in NO_MATTER and name not in without
    }
    kinds = reversed(type(module).__mro__)
    signature = {name: given for kind in kinds for name, given in inspect.signature(kind.__init__).parameters.items()}
    defaults = {
        name: plain(default) for name in values if (default := signature[name].default) is not inspect.Parameter.empty
    }
    return values, defaults


def transformers_config(config, fields: tuple[str, ...]) -> tuple[dict, dict]:
    """The fields of a transformers configuration that matter, and those of its class's default."""
    default = type(config)()
    return {name: getattr(config, name) for name in fields}, {name: getattr(default, name) for name in fields}
