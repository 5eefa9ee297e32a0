"""Writes the model with which a provider is tried before it is used: `python -m training.export.probe_model`.
from training.paths import REPOSITORY

The operations that make up nearly all of a diffusion network, without weights: six times convolution, normalisation
and SiLU, then attention over channels. Height and width are free, so that one file serves a short and a long trial.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.paths import REPOSITORY

CHANNELS, BLOCKS = 64, 6


def probe_model() -> onnx.ModelProto:
    """image [1, 64, H, W], kernel [64, 64, 3, 3] -> output [64, H * W]."""
    nodes, x = [], "image"
    for i in range(BLOCKS):
        nodes += [
            helper.make_node("Conv", [x, "kernel"], [f"conv{i}"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
            helper.make_node("InstanceNormalization", [f"conv{i}", "ones", "zeros"], [f"norm{i}"], epsilon=1e-5),
            helper.make_node("Sigmoid", [f"norm{i}"], [f"gate{i}"]),
            helper.make_node("Mul", [f"norm{i}", f"gate{i}"], [f"silu{i}"]),
        ]
        x = f"silu{i}"
    nodes += [
        helper.make_node("Reshape", [x, "flat"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["columns"], perm=[1, 0]),
        helper.make_node("MatMul", ["rows", "columns"], ["products"]),
        helper.make_node("Mul", ["products", "scale"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["weights"], axis=-1),
        helper.make_node("MatMul", ["weights", "rows"], ["output"]),
    ]
    constants = {
        "ones": np.ones(CHANNELS, np.float32),
        "zeros": np.zeros(CHANNELS, np.float32),
        "flat": np.array([CHANNELS, -1], np.int64),
        "scale": np.array(1 / 64, np.float32),
    }
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        nodes,
        "probe",
        [value("image", [1, CHANNELS, "H", "W"]), value("kernel", [CHANNELS, CHANNELS, 3, 3])],
        [value("output", [CHANNELS, "L"])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="clipwork"
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "models/src/onnx/probe.onnx")
    arguments = parser.parse_args()
    onnx.save(probe_model(), arguments.out)
    print(f"wrote {arguments.out}, {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
