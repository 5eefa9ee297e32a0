"""The small checkpoints load in the classes of diffusers and transformers, and hold the random pack's weights."""

import base64
import json

import numpy as np
import pytest
import torch
from diffusers import (
    KandinskyV22Pipeline,
    KandinskyV22PriorPipeline,
    PriorTransformer,
    StableUnCLIPImg2ImgPipeline,
    UnCLIPScheduler,
    UNet2DConditionModel,
    UNet2DModel,
)
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline, UnCLIPTextProjModel
from safetensors.torch import load_file
from transformers import CLIPModel, CLIPTextModelWithProjection, CLIPTokenizer

from training.export.random_goldens import CAPTIONS, DECODER_SCALE, PRIOR_SCALE, STEPS, load_models
from training.export.random_models import D
from training.export.small_checkpoints import KARLO_NETWORKS, KARLO_SCHEDULERS, main, renamed
from training.export.templates.bind import parameter_shapes, read_graph
from training.export.templates.small import TEMPLATES
from training.export.watched_pipeline import watch_pipeline
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


def array(packed: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["float32"]), "<f4").reshape(packed["shape"])


def weights(component: str) -> dict[str, torch.Tensor]:
    (path,) = (KARLO / component).glob("*.safetensors")
    return load_file(path)


def test_they_are_made_again_byte_by_byte(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["small_checkpoints", "--out", str(tmp_path)])
    main()
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(CHECKPOINTS) for path in CHECKPOINTS.rglob("*") if path.is_file())
    assert [path for path in files if (tmp_path / path).read_bytes() != (CHECKPOINTS / path).read_bytes()] == []


def karlo_pipeline() -> UnCLIPPipeline:
    """diffusers' pipeline on the folder, part by part: its index names a module that has moved since."""
    class_of = {
        "text_encoder": CLIPTextModelWithProjection,
        "prior": PriorTransformer,
        "text_proj": UnCLIPTextProjModel,
        "decoder": UNet2DConditionModel,
        "super_res_first": UNet2DModel,
        "super_res_last": UNet2DModel,
        "tokenizer": CLIPTokenizer,
    } | dict.fromkeys(KARLO_SCHEDULERS, UnCLIPScheduler)
    pipeline = UnCLIPPipeline(**{name: kind.from_pretrained(KARLO / name) for name, kind in class_of.items()})
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def test_karlo_in_diffusers_pipeline_takes_the_steps_of_the_goldens():
    defaults = {
        "prior": {"steps": STEPS, "guidanceScale": PRIOR_SCALE},
        "decoder": {"steps": STEPS, "guidanceScale": DECODER_SCALE},
        "upsampler-256": {"steps": STEPS},
    }
    golden = {stage: json.loads((GOLDENS / f"{stage}.json").read_text()) for stage in defaults}
    steps = watch_pipeline(karlo_pipeline(), CAPTIONS[0], golden["prior"]["seeds"][0], defaults)
    for stage, expected in golden.items():
        assert [step.timestep for step in steps[stage]] == expected["timesteps"]
        states = [*(step.x for step in steps[stage]), steps[stage][-1].next]
        for state, other in zip(states, [*expected["states"], expected["final"]], strict=True):
            np.testing.assert_allclose(state[0].numpy(), array(other)[0], atol=1e-4, err_msg=stage)


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


def test_kandinsky_loads_in_its_two_pipelines_and_draws():
    prior = KandinskyV22PriorPipeline.from_pretrained(CHECKPOINTS / "small-kandinsky-2-2-prior")
    decoder = KandinskyV22Pipeline.from_pretrained(CHECKPOINTS / "small-kandinsky-2-2-decoder")
    for pipeline in (prior, decoder):
        pipeline.set_progress_bar_config(disable=True)
    embeddings = prior("a red cube", num_inference_steps=2)
    (picture,) = decoder(**embeddings, height=64, width=128, num_inference_steps=2, output_type="np").images
    assert np.isfinite(picture).all() and picture.std() > 0.01
    assert decoder.movq.dtype == torch.float32  # from halves


def test_stable_unclip_loads_in_its_pipeline_and_draws():
    pipeline = StableUnCLIPImg2ImgPipeline.from_pretrained(CHECKPOINTS / "small-stable-unclip")
    pipeline.set_progress_bar_config(disable=True)
    embedding = torch.randn(1, D, generator=torch.Generator().manual_seed(1))
    drawn = pipeline(
        prompt="a red cube", image_embeds=embedding, height=32, width=32, num_inference_steps=2, output_type="np"
    )
    (picture,) = drawn.images
    assert picture.shape == (32, 32, 3) and np.isfinite(picture).all() and picture.std() > 0.01


COMPONENTS = {
    "small-kandinsky-2-2-prior/prior": ("small-karlo-prior",),
    "small-kandinsky-2-2-decoder/unet": ("small-kandinsky-2-2-decoder",),
    "small-kandinsky-2-2-decoder/movq": ("small-movq-encoder", "small-movq-decoder"),
    "small-kandinsky-2-1/unet": ("small-kandinsky-2-1-decoder",),
    "small-stable-unclip/unet": ("small-stable-unclip-decoder",),
    "small-stable-unclip/text_encoder": ("small-stable-unclip-text",),
    "small-stable-unclip/vae": ("small-vae-encoder", "small-vae-decoder"),
    "small-eclipse": ("small-eclipse-prior",),
}


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_of_another_family_has_what_its_templates_ask_for(component):
    (path,) = (CHECKPOINTS / component).glob("*.safetensors")
    stored = {name: tuple(value.shape) for name, value in load_file(path).items()}
    for name in COMPONENTS[component]:
        (template,) = (template for template in TEMPLATES if template.name == name)
        asked = parameter_shapes(read_graph(SMALL_TEMPLATES, name), set(template.feeds(1, 0)))
        names = [{parameter: renamed(parameter, layout) for parameter in asked} for layout in template.layouts]
        found = {parameter: stored.get(parameter) for parameter in asked}
        others = [{parameter: stored.get(other) for parameter, other in layout.items()} for layout in names]
        assert asked in [found, *others]
