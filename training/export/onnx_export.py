"""ONNX export of every stage, with the signatures of docs/pack-format.md, and its check against torch."""

import io
import json

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from training.train.networks.onnx_weights import GROUP, SCALE

OPSET = 18
IR_VERSION = 10
HALF_MINIMUM_ELEMENTS = 256  # smaller tensors (norms, biases, constants) are not worth rounding
BYTE_MINIMUM_ELEMENTS = 65_536  # the large convolutions and projections, four fifths of a decoder


class ClipText(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids):
        output = self.model(input_ids=ids.long())
        return output.text_embeds, output.last_hidden_state


class ClipImage(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        return self.model(pixel_values=image).image_embeds


class Prior(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, timestep, text_embedding, text_states, mask):
        return self.model(
            sample,
            timestep=timestep,
            proj_embedding=text_embedding,
            encoder_hidden_states=text_states,
            attention_mask=mask,
        ).predicted_image_embedding


class AutoregressivePrior(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, codes, position, text_embedding, text_states, text_mask, keep_text, past):
        return self.model(codes, position, text_embedding, text_states, text_mask, keep_text, past)


class DecoderCondition(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image_embedding, text_embedding, text_states):
        return self.model(
            image_embeddings=image_embedding,
            prompt_embeds=text_embedding,
            text_encoder_hidden_states=text_states,
            do_classifier_free_guidance=False,
        )


class Decoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, timestep, context, time, mask):
        return self.model(sample, timestep, context, class_labels=time, attention_mask=mask).sample


class Upsampler(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, condition, timestep):
        return self.model(torch.cat([sample, condition], 1), timestep).sample


def example_feeds(stage: str, sizes: dict, rows: int, seed: int = 0) -> dict[str, torch.Tensor]:
    """Random inputs for `stage` with `rows` rows.

    `sizes` has D, W, T, C, E, vocabulary, image_size and per-stage sizes.
    """
    generator = torch.Generator().manual_seed(seed)
    normal = lambda *shape: torch.randn(rows, *shape, generator=generator)
    d, w, t = sizes["D"], sizes["W"], sizes["T"]
    timestep = torch.randint(0, 1000, (rows,), generator=generator).float()
    mask = (torch.arange(t)[None] < torch.randint(2, t + 1, (rows, 1), generator=generator)).float()
    if stage == "clip-text":
        return {"ids": torch.randint(0, sizes["vocabulary"], (rows, t), generator=generator).int()}
    if stage == "clip-image":
        return {"image": normal(3, sizes["image_size"], sizes["image_size"])}
    if stage == "prior":
        return {
            "sample": normal(d),
            "timestep": timestep,
            "text_embedding": normal(d),
            "text_states": normal(t, w),
            "mask": mask,
        }
    if stage == "autoregressive-prior":
        codes, buckets, past = (sizes[stage][key] for key in ("codes", "buckets", "past"))
        places, calls = t + 1 + codes, 2 * rows - 1  # of one place, and of several
        return {
            "codes": torch.randint(0, buckets, (rows, calls), generator=generator).int(),
            "position": torch.randint(0, places - calls + 1, (rows,), generator=generator).float(),
            "text_embedding": normal(d),
            "text_states": normal(t, w),
            "text_mask": mask,
            "keep_text": (torch.arange(rows) % 3 != 1).float(),
            "past": normal(past[0], places, past[1]),
        }
    if stage == "decoder-condition":
        return {"image_embedding": normal(d), "text_embedding": normal(d), "text_states": normal(t, w)}
    size = sizes[stage]
    if stage == "decoder":
        mask = torch.cat([torch.ones(rows, 4), mask], 1)
        return {
            "sample": normal(3, size, size),
            "timestep": timestep,
            "context": normal(t + 4, sizes["C"]),
            "time": normal(sizes["E"]),
            "mask": mask,
        }
    return {"sample": normal(3, size, size), "condition": normal(3, size, size), "timestep": timestep}


OUTPUTS = {
    "clip-text": ["embedding", "states"],
    "clip-image": ["embedding"],
    "autoregressive-prior": ["logits", "present"],
    "decoder-condition": ["context", "time"],
}
# Dimensions beside axis 0, the rows, that may have any size: places of the sequence.
DYNAMIC = {"autoregressive-prior": {"codes": {1: "M"}, "present": {2: "M"}}}
ADAPTERS = {
    "clip-text": ClipText,
    "clip-image": ClipImage,
    "prior": Prior,
    "autoregressive-prior": AutoregressivePrior,
    "decoder-condition": DecoderCondition,
    "decoder": Decoder,
}


def store_half(model: onnx.ModelProto) -> None:
    """Stores the large float32 initialisers as float16, each followed by a Cast that the runtime folds at load.

    The Cast's output keeps a name of its own, so initialisers keep theirs and stay the restart state.
    """
    casts = {}
    for initialiser in model.graph.initializer:
        if initialiser.data_type == TensorProto.FLOAT and int(np.prod(initialiser.dims)) >= HALF_MINIMUM_ELEMENTS:
            values = numpy_helper.to_array(initialiser)
            if np.abs(values).max() < 6e4:
                initialiser.CopyFrom(numpy_helper.from_array(values.astype(np.float16), initialiser.name))
                casts[initialiser.name] = initialiser.name + ".float32"
    for node in model.graph.node:
        for i, name in enumerate(node.input):
            if name in casts:
                node.input[i] = casts[name]
    for k, (name, cast) in enumerate(casts.items()):
        model.graph.node.insert(k, helper.make_node("Cast", [name], [cast], name=cast, to=TensorProto.FLOAT))


def store_bytes(model: onnx.ModelProto) -> None:
    """Stores the largest float32 initialisers as int8, with a float16 scale for every 64 numbers of a row.

    A Cast, a Mul and two Reshapes widen them again, which the runtime folds at load. The initialiser keeps name and
    shape, `NAME.scale` holds the scales [groups, 1]: both are the restart state (`onnx_weights.read_initialisers`).
    """
    graph, widened = model.graph, {}
    for initialiser in list(graph.initializer):
        dims = list(initialiser.dims)
        count = int(np.prod(dims))
        if initialiser.data_type != TensorProto.FLOAT or count < BYTE_MINIMUM_ELEMENTS or count // dims[0] % GROUP:
            continue
        name = initialiser.name
        values, scales = in_bytes(numpy_helper.to_array(initialiser))
        initialiser.CopyFrom(numpy_helper.from_array(values, name))
        graph.initializer.append(numpy_helper.from_array(scales, name + SCALE))
        widened[name] = widening(name, dims)
    for node in graph.node:
        node.input[:] = [widened[name][-1].output[0] if name in widened else name for name in node.input]
    for node in reversed([node for nodes in widened.values() for node in nodes]):
        graph.node.insert(0, node)


def in_bytes(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A float32 weight as int8 of its shape, and the float16 scales [groups, 1] of its groups."""
    groups = weight.reshape(-1, GROUP)
    scales = np.maximum(np.abs(groups).max(1, keepdims=True) / 127, 1e-7).astype(np.float16)
    values = np.clip(np.rint(groups / scales.astype(np.float32)), -127, 127).astype(np.int8)
    return values.reshape(weight.shape), scales


def widening(name: str, dims: list[int]) -> list[onnx.NodeProto]:
    """Nodes that turn an initialiser of int8 and its scales into float32 of the shape `dims`; the last yields it."""
    step = lambda part: f"{name}.{part}"
    constant = lambda part, shape: helper.make_node(
        "Constant", [], [step(part)], name=step(part), value=numpy_helper.from_array(np.array(shape, np.int64))
    )
    node = lambda kind, inputs, part, **more: helper.make_node(kind, inputs, [step(part)], name=step(part), **more)
    return [
        constant("groups", [-1, GROUP]),
        constant("shape", dims),
        node("Cast", [name], "bytes.float32", to=TensorProto.FLOAT),
        node("Reshape", [step("bytes.float32"), step("groups")], "grouped"),
        node("Cast", [name + SCALE], "scale.float32", to=TensorProto.FLOAT),
        node("Mul", [step("grouped"), step("scale.float32")], "scaled"),
        node("Reshape", [step("scaled"), step("shape")], "float32"),
    ]


def restore_names(model: onnx.ModelProto, module: nn.Module) -> None:
    """Gives every parameter back its torch name and shape, so that the file is also the restart state.

    Tracing transposes Linear weights, unsqueezes norm weights and renames both (`onnx::MatMul_…`). They are
    stored as in torch, with a Transpose or Reshape before their use, which the runtime folds at load. Parameters
    that tracing merged because their values are equal are listed in the metadata entry `same-as`. The exporter's
    names for intermediate values are replaced by short ones: they were a third of a small file.
    """
    graph, prefix = model.graph, "model."
    parameters = {name.removeprefix(prefix): p.detach().numpy() for name, p in module.named_parameters()}
    names = {i.name: i.name.removeprefix(prefix) for i in graph.initializer}
    missing = {name: value for name, value in parameters.items() if name not in names.values()}
    inserted = []
    for initialiser in graph.initializer:
        old = initialiser.name
        initialiser.name = names[old]
        if not old.startswith("onnx::"):
            continue
        values = numpy_helper.to_array(initialiser)
        for name, parameter in missing.items():
            reshaped = parameter.T if parameter.ndim == 2 and values.shape == parameter.T.shape else parameter
            if values.size != parameter.size or not np.array_equal(
                values.ravel(), np.ascontiguousarray(reshaped).ravel()
            ):
                continue
            initialiser.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(parameter), name))
            names[old] = name
            if values.shape != parameter.shape or reshaped is not parameter:
                names[old] = name + ".as-used"
                inserted += as_used(name, values.shape, transpose=reshaped is not parameter)
            del missing[name]
            break
    same_as = {
        m: n
        for m, value in missing.items()
        for n, other in parameters.items()
        if n not in missing and value.shape == other.shape and np.array_equal(value, other)
    }
    if same_as:
        onnx.helper.set_model_props(model, {"same-as": json.dumps(same_as)})
    kept = {v.name for v in [*graph.input, *graph.output]} | set(names.values())
    for node in graph.node:
        node.doc_string = ""
        for values in (node.input, node.output):
            values[:] = [
                names.get(v) or (v if v in kept or not v else names.setdefault(v, f"v{len(names)}")) for v in values
            ]
        node.name = f"{node.op_type}.{node.output[0]}"
    for node in reversed(inserted):
        graph.node.insert(0, node)
    del graph.value_info[:]


def as_used(name: str, shape: tuple[int, ...], *, transpose: bool) -> list[onnx.NodeProto]:
    """Nodes that turn the parameter `name` into the form the graph reads, `name.as-used`."""
    output = name + ".as-used"
    if transpose:
        return [helper.make_node("Transpose", [name], [output], name=output, perm=[1, 0])]
    constant = numpy_helper.from_array(np.array(shape, np.int64))
    return [
        helper.make_node("Constant", [], [name + ".shape"], name=name + ".shape", value=constant),
        helper.make_node("Reshape", [name, name + ".shape"], [output], name=output),
    ]


def export_stage(
    stage: str, model: nn.Module, sizes: dict, *, half: bool, small: bool = False
) -> tuple[bytes, float, float]:
    """Exports `stage`; returns the ONNX bytes and two errors against torch, relative to the output's scale.

    The first is that of the float32 graph, over one row and three, so a batch size frozen by tracing cannot
    pass. The second is that of the file as returned: with `half` it includes the rounding of the weights, and with
    `small` that of the largest to eight bits.
    """
    module = ADAPTERS.get(stage, Upsampler)(model).eval().float()
    feeds = example_feeds(stage, sizes, 2)
    outputs = OUTPUTS.get(stage, ["output"])
    buffer = io.BytesIO()
    with torch.no_grad():
        torch.onnx.export(
            module,
            tuple(feeds.values()),
            buffer,
            input_names=list(feeds),
            output_names=outputs,
            opset_version=OPSET,
            dynamo=False,
            dynamic_axes={name: {0: "N"} | DYNAMIC.get(stage, {}).get(name, {}) for name in [*feeds, *outputs]},
        )
    proto = onnx.load_from_string(buffer.getvalue())
    restore_names(proto, module)
    proto.ir_version = IR_VERSION
    proto.producer_name, proto.producer_version = "clipwork", ""
    onnx.checker.check_model(proto)
    data = proto.SerializeToString(deterministic=True)
    exact = max(stage_error(module, data, example_feeds(stage, sizes, rows, seed=rows)) for rows in (1, 3))
    if not half:
        return data, exact, exact
    if small:
        store_bytes(proto)
    store_half(proto)
    data = proto.SerializeToString(deterministic=True)
    return data, exact, stage_error(module, data, example_feeds(stage, sizes, 1, seed=1))


@torch.no_grad()
def stage_error(module: nn.Module, data: bytes, feeds: dict[str, torch.Tensor]) -> float:
    """max |onnx - torch| / max(1, max |torch|) over all outputs for one set of feeds."""
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    expected = module(*feeds.values())
    expected = expected if isinstance(expected, tuple) else (expected,)
    actual = session.run(None, {name: value.numpy() for name, value in feeds.items()})
    return max(
        float(np.abs(a - e.numpy()).max() / max(1.0, e.abs().max().item()))
        for a, e in zip(actual, expected, strict=True)
    )
