"""Reads a pack's weights back into torch without the onnx package: packs are the restart state of training."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

# Field numbers of onnx.proto and numpy's names for its element types.
MODEL_GRAPH, MODEL_METADATA, GRAPH_INITIALIZER = 7, 14, 5
TENSOR_DIMS, TENSOR_TYPE, TENSOR_NAME, TENSOR_RAW = 1, 2, 8, 9
ELEMENT_TYPES = {1: np.float32, 3: np.int8, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16, 11: np.float64}

# Weights of int8 are whole multiples of scales, one for every GROUP numbers of a row, which NAME.scale holds.
GROUP, SCALE = 64, ".scale"


def read_varint(data: memoryview, position: int) -> tuple[int, int]:
    """A protobuf varint at `position`: (value, next position)."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def fields(data: memoryview):
    """Yields (field number, value) of one protobuf message; a value is an int or a memoryview."""
    position = 0
    while position < len(data):
        tag, position = read_varint(data, position)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, position = read_varint(data, position)
        elif wire in (1, 2, 5):
            length = {1: 8, 5: 4}.get(wire)
            if length is None:
                length, position = read_varint(data, position)
            value, position = data[position : position + length], position + length
            if len(value) != length:
                raise ValueError("truncated protobuf message")
        else:
            raise ValueError(f"unsupported protobuf wire type {wire}")
        yield number, value


def read_tensor(data: memoryview) -> tuple[str, np.ndarray]:
    """One TensorProto with raw data: its name and values."""
    dims, name, kind, raw = [], "", 0, memoryview(b"")
    for number, value in fields(data):
        if number == TENSOR_DIMS:
            if isinstance(value, int):
                dims.append(value)
            else:  # packed
                position = 0
                while position < len(value):
                    dim, position = read_varint(value, position)
                    dims.append(dim)
        elif number == TENSOR_TYPE:
            kind = value
        elif number == TENSOR_NAME:
            name = bytes(value).decode()
        elif number == TENSOR_RAW:
            raw = value
    return name, np.frombuffer(raw, ELEMENT_TYPES[kind]).reshape(dims)


def read_initialisers(path: Path) -> dict[str, torch.Tensor]:
    """All initialisers of an ONNX file by name, float16 and int8 widened to float32; merged duplicates are restored."""
    arrays, same_as = {}, {}
    for number, value in fields(memoryview(Path(path).read_bytes())):
        if number == MODEL_GRAPH:
            for graph_number, item in fields(value):
                if graph_number == GRAPH_INITIALIZER:
                    name, array = read_tensor(item)
                    arrays[name] = array.astype(np.float32) if array.dtype == np.float16 else array
        elif number == MODEL_METADATA:
            entry = {n: bytes(v).decode() for n, v in fields(value)}
            if entry.get(1) == "same-as":
                same_as = json.loads(entry[2])
    scales = {name: arrays.pop(name + SCALE) for name in [*arrays] if name + SCALE in arrays}
    for name, scale in scales.items():
        arrays[name] = (arrays[name].reshape(-1, GROUP).astype(np.float32) * scale).reshape(arrays[name].shape)
    tensors = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    return tensors | {name: tensors[other].clone() for name, other in same_as.items()}


def load_onnx_weights(model: nn.Module, path: Path, elsewhere: tuple[str, ...] = ()) -> None:
    """Loads every parameter of `model` from the ONNX file at `path`.

    `elsewhere` names parameters that the file cannot hold (the manifest does). Anything else missing is an error.
    """
    tensors = read_initialisers(path)
    parameters = dict(model.named_parameters())
    missing = set(parameters) - set(tensors) - set(elsewhere)
    if missing:
        raise ValueError(f"{path} lacks {sorted(missing)[:5]} ({len(missing)} in all)")
    with torch.no_grad():
        for name, parameter in parameters.items():
            if name not in elsewhere:
                parameter.copy_(tensors[name].reshape(parameter.shape))
