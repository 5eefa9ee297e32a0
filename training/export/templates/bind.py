"""Puts weights into a template, as the import of a checkpoint does with a file's."""

import gzip
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from training.export.templates.template import Template


def read_graph(folder: Path, name: str) -> onnx.ModelProto:
    """The graph of the template called `name` in a library's folder."""
    return onnx.load_from_string(gzip.decompress((folder / f"{name}.onnx.gz").read_bytes()))


def parameter_shapes(model: onnx.ModelProto, feeds: set[str]) -> dict[str, tuple[int, ...]]:
    """The shape of each input that is no feed."""
    return {
        value.name: tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)
        for value in model.graph.input
        if value.name not in feeds
    }


def bind(model: onnx.ModelProto, template: Template, weights: dict[str, torch.Tensor]) -> onnx.ModelProto:
    """A model whose parameters have their values inside; its inputs are the feeds."""
    bound = onnx.ModelProto()
    bound.CopyFrom(model)
    feeds = set(template.feeds(1, 0))
    kept = [value for value in bound.graph.input if value.name in feeds]
    bound.graph.initializer.extend(
        numpy_helper.from_array(weights[name].detach().numpy(), name) for name in parameter_shapes(model, feeds)
    )
    del bound.graph.input[:]
    bound.graph.input.extend(kept)
    return bound
