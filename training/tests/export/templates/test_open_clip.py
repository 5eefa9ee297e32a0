"""The templates of CLIP take the tensors that open_clip's own models have, by name and shape."""

import json
from pathlib import Path

import open_clip
import pytest
import torch

from training.export.small_checkpoints import renamed
from training.export.templates.bind import parameter_shapes, read_graph
from training.export.templates.clip_models import TEMPLATES as PUBLISHED
from training.paths import TEMPLATES

CONFIGS = Path(open_clip.__file__).parent / "model_configs"
CASES = {
    "ViT-B-32": ("clip-text-b-gelu", "clip-image-b32-gelu"),
    "ViT-B-16-quickgelu": ("clip-text-b", "clip-image-b16"),
    "ViT-L-14-quickgelu": ("clip-text-l", "clip-image-l14"),
    "ViT-H-14": ("clip-text-h", "clip-image-h14"),
    "ViT-bigG-14": ("clip-text-bigg", "clip-image-bigg14"),
}


def shapes(name: str, *, text_apart: bool) -> dict[str, list[int]]:
    """The tensors of an open_clip model, which takes no memory."""
    config = json.loads((CONFIGS / f"{name}.json").read_text())
    with torch.device("meta"):
        network = (open_clip.CustomTextCLIP if text_apart else open_clip.CLIP)(**config)
    return {key: list(value.shape) for key, value in network.state_dict().items()}


def asked(name: str, layout: str) -> dict[str, list[int]]:
    """The tensors that a template asks for in a layout."""
    (template,) = (one for one in PUBLISHED if one.name == name)
    (found,) = (one for one in template.layouts if one["name"] == layout)
    tensors = {}
    for parameter, shape in parameter_shapes(read_graph(TEMPLATES, name), set(template.feeds(1, 0))).items():
        tensor = renamed(parameter, found)
        shape = list(shape)
        if "in_proj" in tensor:
            shape[0] *= 3
        tensors[tensor] = shape[::-1] if tensor.endswith(("text_projection", "visual.proj")) else shape
    return tensors


@pytest.mark.parametrize(("name", "templates"), CASES.items())
@pytest.mark.parametrize("text_apart", [False, True])
def test_templates_ask_for_every_tensor_of_the_model_and_no_other(name, templates, text_apart):
    text, image = templates
    layout = "open_clip, custom text" if text_apart else "open_clip"
    found = asked(text, layout) | asked(image, "open_clip")
    has = shapes(name, text_apart=text_apart)
    assert has.keys() - found.keys() == {"logit_scale"}
    assert found == {key: has[key] for key in found}
