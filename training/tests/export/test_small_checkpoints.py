"""The small checkpoints load in the classes of diffusers and transformers, and hold the random pack's weights."""

import json

import numpy as np
import pytest
import torch
from diffusers import PriorTransformer, UnCLIPScheduler, UNet2DConditionModel, UNet2DModel
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline, UnCLIPTextProjModel
from safetensors.torch import load_file
from transformers import CLIPModel, CLIPTextModelWithProjection, CLIPTokenizer

from training.export.random_goldens import CAPTIONS, load_models
from training.export.small_checkpoints import KARLO_NETWORKS, KARLO_SCHEDULERS, main
from training.export.templates.bind import parameter_shapes, read_graph
from training.export.templates.small import TEMPLATES
from training.paths import CHECKPOINTS, GOLDENS, RANDOM_PACK, SMALL_TEMPLATES

KARLO = CHECKPOINTS / "small-karlo"
TEMPLATE_OF = {
    "text_encoder": "small-karlo-text",
    "prior": "small-karlo-prior",
    "text_proj": "small-karlo-condition",
    "decoder": "small-karlo-decoder",
    "super_res_first": "small-karlo-upsampler",
    "super_res_last": "small-karlo-upsampler",
}


def weights(component: str) -> dict[str, torch.Tensor]:
    (path,) = (KARLO / component).glob("*.safetensors")
    return load_file(path)


def test_they_are_made_again_byte_by_byte(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["small_checkpoints", "--out", str(tmp_path)])
    main()
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(CHECKPOINTS) for path in CHECKPOINTS.rglob("*") if path.is_file())
    assert [path for path in files if (tmp_path / path).read_bytes() != (CHECKPOINTS / path).read_bytes()] == []


def test_karlo_loads_in_diffusers_pipeline_and_draws():
    class_of = {
        "text_encoder": CLIPTextModelWithProjection,
        "prior": PriorTransformer,
        "text_proj": UnCLIPTextProjModel,
        "decoder": UNet2DConditionModel,
        "super_res_first": UNet2DModel,
        "super_res_last": UNet2DModel,
    }
    parts = {name: kind.from_pretrained(KARLO / name) for name, kind in class_of.items()}
    schedulers = {name: UnCLIPScheduler.from_pretrained(KARLO / name) for name in KARLO_SCHEDULERS}
    tokenizer = CLIPTokenizer.from_pretrained(KARLO / "tokenizer")
    pipeline = UnCLIPPipeline(**parts, **schedulers, tokenizer=tokenizer)
    pipeline.set_progress_bar_config(disable=True)
    steps = {f"{stage}_num_inference_steps": 2 for stage in ("prior", "decoder", "super_res")}
    (picture,) = pipeline("a red cube", output_type="np", **steps).images
    assert picture.shape == (32, 32, 3) and np.isfinite(picture).all() and picture.std() > 0.01


def test_the_tokenizer_gives_the_goldens_ids():
    tokenizer = CLIPTokenizer.from_pretrained(KARLO / "tokenizer")
    rows = tokenizer([*CAPTIONS, ""], padding="max_length", truncation=True, max_length=8)
    golden = json.loads((GOLDENS / "text.json").read_text())
    assert rows["input_ids"] == golden["ids"]
    assert rows["attention_mask"] == np.int64(golden["mask"]).tolist()


@pytest.mark.parametrize("component", KARLO_NETWORKS)
def test_a_component_has_the_packs_weights_and_what_its_template_asks_for(component):
    stored, models = weights(component), load_models(RANDOM_PACK)[0]
    expected = models[KARLO_NETWORKS[component]].state_dict()
    assert stored.keys() == expected.keys()
    assert all(torch.equal(stored[name], value) for name, value in expected.items())
    (template,) = (template for template in TEMPLATES if template.name == TEMPLATE_OF[component])
    asked = parameter_shapes(read_graph(SMALL_TEMPLATES, template.name), set(template.feeds(1, 0)))
    assert {name: tuple(value.shape) for name, value in stored.items() if name not in template.beside} == asked


def test_clip_has_both_towers():
    network = CLIPModel.from_pretrained(CHECKPOINTS / "small-clip")
    models, _ = load_models(RANDOM_PACK)
    expected = models["clip-text"].state_dict() | models["clip-image"].state_dict()
    assert network.state_dict().keys() - expected.keys() == {"logit_scale"}
    assert all(torch.equal(network.state_dict()[name], value) for name, value in expected.items())
