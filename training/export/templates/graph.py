"""The graph of a network without its weights, as small as it gets."""

import io
import warnings

import onnx
import torch
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper
from torch import nn

from training.export.onnx_export import IR_VERSION, OPSET
from training.export.templates.template import Template

PREFIX = "model."  # adapters call their network `model`
MICROSOFT = "com.microsoft"


def trace(template: Template, network: nn.Module) -> onnx.ModelProto:
    """The template's graph; its inputs are first the feeds and then the parameters, with torch's names and shapes."""
    module, feeds, buffer = template.adapter(network).eval(), template.feeds(2, 0), io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            tuple(feeds.values()),
            buffer,
            input_names=list(feeds),
            output_names=list(template.outputs),
            opset_version=OPSET,
            dynamo=False,
            export_params=False,
            do_constant_folding=False,
            # Otherwise parameters of equal values would be one.
            keep_initializers_as_inputs=True,
            dynamic_axes=template.dynamic_axes(feeds),
        )
    model = onnx.load_from_string(buffer.getvalue())
    shrink(model.graph)
    model.graph.name = template.name
    model.ir_version = IR_VERSION
    model.producer_name, model.producer_version = "clipwork", ""
    model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    onnx.checker.check_model(model)
    return model


def shrink(graph: GraphProto) -> None:
    """Names parameters as torch does, computes nothing twice, and drops what tracing leaves behind.

    Constants become initialisers `c0`, `c1`, …; other values are `v0`, `v1`, …. A Linear on tokens reads its weight as
    it is, [out, in], instead of transposing it first.
    """
    called = {value.name: value.name.removeprefix(PREFIX) for value in graph.input}
    outputs = {value.name for value in graph.output}
    known: dict[tuple, list[str]] = {}
    constants: list[TensorProto] = []
    transposed: dict[str, str] = {}
    nodes: list[NodeProto] = []
    for node in graph.node:
        inputs = [called.get(name, name) for name in node.input]
        if node.op_type == "Identity" and node.output[0] not in outputs:
            called[node.output[0]] = inputs[0]
            continue
        domain = node.domain
        attributes = list(node.attribute)
        if node.op_type == "MatMul" and inputs[1] in transposed:
            domain, inputs[1] = MICROSOFT, transposed[inputs[1]]
            attributes = [helper.make_attribute("transB", 1)]
        kind = "FusedMatMul" if domain == MICROSOFT else node.op_type
        key = (kind, *inputs, None, *sorted(a.SerializeToString(deterministic=True) for a in attributes))
        if key in known and not outputs.intersection(node.output):
            called.update(zip(node.output, known[key], strict=True))
            continue
        if node.op_type == "Constant":
            (value,) = attributes
            name = f"c{len(constants)}"
            tensor = TensorProto()
            tensor.CopyFrom(value.t)
            tensor.name = name
            constants.append(tensor)
            called[node.output[0]] = name
            known[key] = [name]
            continue
        names = [name if name in outputs or not name else f"v{len(called)}.{i}" for i, name in enumerate(node.output)]
        called.update(zip(node.output, names, strict=True))
        known[key] = names
        kept = helper.make_node(kind, inputs, names, domain=domain)
        kept.attribute.extend(attributes)
        nodes.append(kept)
        if node.op_type == "Transpose" and is_parameter(graph, inputs[0]):
            transposed[names[0]] = inputs[0]
    replace(graph, nodes, constants, called)


def is_parameter(graph: GraphProto, name: str) -> bool:
    """Whether a weight of two axes is called so."""
    return any(value.name == PREFIX + name and len(value.type.tensor_type.shape.dim) == 2 for value in graph.input)


def replace(graph: GraphProto, nodes: list[NodeProto], constants: list[TensorProto], called: dict[str, str]) -> None:
    """Puts into the graph those of the nodes and constants that lead to an output, with the shortest names."""
    read = {value.name for value in graph.output}
    live = []
    for node in reversed(nodes):
        if read.intersection(node.output):
            read.update(node.input)
            live.append(node)
    live.reverse()
    short: dict[str, str] = {"": ""}
    inputs = [ValueInfoProto.FromString(value.SerializeToString()) for value in graph.input]
    for value in inputs:
        value.name = called[value.name]
    for name in [value.name for value in inputs] + [value.name for value in graph.output]:
        short[name] = name
    kept = [tensor for tensor in constants if tensor.name in read]
    for i, tensor in enumerate(kept):
        short[tensor.name] = tensor.name = f"c{i}"
    number = 0
    for node in live:
        node.input[:] = [short[name] for name in node.input]
        for i, name in enumerate(node.output):
            if name not in short:
                short[name] = f"v{number}"
                number += 1
            node.output[i] = short[name]
    del graph.node[:], graph.initializer[:], graph.value_info[:], graph.input[:]
    graph.node.extend(live)
    graph.initializer.extend(kept)
    graph.input.extend(value for value in inputs if value.name in read)
