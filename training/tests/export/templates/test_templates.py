"""Every template has its network's parameters by name and shape; the small ones compute what their networks compute."""

import json
import re

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from training.export.small_checkpoints import small_network
from training.export.templates.bind import bind, parameter_shapes, read_graph
from training.export.templates.graph import trace
from training.export.templates.template import parameters
from training.export.templates.weightless import weightless
from training.export.templates.write import LIBRARIES, description
from training.paths import SMALL_TEMPLATES

ALL = [pytest.param(folder, template, id=template.name) for folder, all in LIBRARIES.items() for template in all]
SMALL = [pytest.param(template, id=template.name) for template in LIBRARIES[SMALL_TEMPLATES]]


def test_libraries_hold_what_is_declared_and_nothing_else():
    for folder, templates in LIBRARIES.items():
        names = {f"{template.name}.{ending}" for template in templates for ending in ("onnx.gz", "json")}
        assert {path.name for path in folder.iterdir()} == names
        assert sum(path.stat().st_size for path in folder.iterdir()) < 1.5 * 2**20


@pytest.mark.parametrize(("folder", "template"), ALL)
def test_its_parameters_are_those_of_the_network(folder, template):
    network = weightless(template.build)
    graph = read_graph(folder, template.name)
    elsewhere = [f"^{re.escape(name)}$" for name in template.beside] + list(template.ignored)
    expected = {
        name: tuple(value.shape)
        for name, value in parameters(network).items()
        if not any(re.search(pattern, name) for pattern in elsewhere)
    }
    found = parameter_shapes(graph, set(template.feeds(1, 0)))
    assert len(found) > 8 and found == expected
    assert json.loads((folder / f"{template.name}.json").read_text()) == description(template, network)


@pytest.mark.parametrize(("folder", "template"), ALL)
def test_it_is_flat_holds_no_weight_and_reads_tokens_weights_as_they_are(folder, template):
    graph = read_graph(folder, template.name).graph
    assert not any(attribute.HasField("g") for node in graph.node for attribute in node.attribute)
    assert max((int(np.prod(tensor.dims)) for tensor in graph.initializer), default=0) <= 2**14
    weights = {value.name for value in graph.input if len(value.type.tensor_type.shape.dim) == 2}
    assert [node.input[0] for node in graph.node if node.op_type == "Transpose" and node.input[0] in weights] == []


@pytest.mark.parametrize("template", SMALL)
def test_a_small_one_is_made_again_byte_by_byte(template):
    made = trace(template, weightless(template.build))
    assert made.SerializeToString(deterministic=True) == read_graph(SMALL_TEMPLATES, template.name).SerializeToString(
        deterministic=True
    )


@pytest.mark.parametrize("template", SMALL)
def test_a_small_one_computes_what_its_network_computes(template):
    network = small_network(template.name, seed=5)
    adapter = template.adapter(network).eval()
    model = bind(read_graph(SMALL_TEMPLATES, template.name), template, parameters(network))
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for rows, seed in ((1, 3), (3, 4)):
        feeds = template.feeds(rows, seed)
        with torch.no_grad():
            expected = adapter(*feeds.values())
        expected = expected if isinstance(expected, tuple) else (expected,)
        found = session.run(list(template.outputs), {name: value.numpy() for name, value in feeds.items()})
        for one, other in zip(found, expected, strict=True):
            assert np.abs(other.numpy()).max() > 1e-2
            np.testing.assert_allclose(one, other.numpy(), atol=1e-5 * max(1, np.abs(other.numpy()).max()))
