"""The toybox's folder loads in diffusers' pipelines, which draw with it what they draw with the pack's weights."""

import json

import numpy as np
import pytest
import torch
from diffusers.pipelines.deprecated.unclip import UnCLIPImageVariationPipeline, UnCLIPPipeline
from PIL import Image
from safetensors.torch import load_file

from training.export.diffusers_folder import main
from training.export.pack_pipeline import load_pipeline
from training.paths import TOYBOX, TOYBOX_FOLDER
from training.train.networks.onnx_weights import read_initialisers

STAGES = {
    "text_encoder": "clip-text",
    "image_encoder": "clip-image",
    "prior": "prior",
    "text_proj": "decoder-condition",
    "decoder": "decoder",
    "super_res_first": "upsampler-256",
    "super_res_last": "upsampler-256",
}
FEW = {"decoder_num_inference_steps": 2, "super_res_num_inference_steps": 2, "output_type": "np"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "toybox"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["diffusers_folder", "--out", str(path)])
        main()
    return path


def quiet(pipeline):
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def draw(pipeline: UnCLIPPipeline) -> np.ndarray:
    generator = torch.Generator().manual_seed(3)
    return pipeline("a red cube on sand", prior_num_inference_steps=2, generator=generator, **FEW).images


def test_pipeline_draws_the_picture_of_the_packs_own_weights(folder):
    pipeline = quiet(UnCLIPPipeline.from_pretrained(folder))
    # As training has it: another order of sums would make the step at t = 999 another one (decision 0012).
    pipeline.text_encoder.set_attn_implementation("eager")
    picture = draw(pipeline)
    expected = draw(load_pipeline(TOYBOX, json.loads((TOYBOX / "manifest.json").read_text())))
    assert picture.shape == (1, 256, 256, 3) and picture.std() > 0.05
    np.testing.assert_array_equal(picture, expected)


def test_image_variation_pipeline_draws(folder):
    pipeline = quiet(UnCLIPImageVariationPipeline.from_pretrained(folder))
    picture = pipeline(Image.new("RGB", (80, 64), (200, 30, 30)), **FEW).images
    assert picture.shape == (1, 256, 256, 3) and picture.std() > 0.05


def test_what_stands_beside_the_weights_is_what_the_import_is_tested_with(folder):
    files = lambda path: sorted(file.relative_to(path) for file in path.rglob("*") if file.is_file())
    beside = [file for file in files(folder) if file.suffix != ".safetensors"]
    assert beside == files(TOYBOX_FOLDER) and len(beside) == 17
    assert [file for file in beside if (folder / file).read_bytes() != (TOYBOX_FOLDER / file).read_bytes()] == []


@pytest.mark.parametrize(("component", "stage"), STAGES.items())
def test_a_network_has_the_weights_of_the_packs_graph(folder, component, stage):
    (path,) = (folder / component).glob("*.safetensors")
    stored, initialisers = load_file(path), read_initialisers(TOYBOX / f"{stage}.onnx")
    beside = {"clip_mean", "clip_std", "learned_classifier_free_guidance_embeddings"}
    assert stored.keys() - beside == initialisers.keys()
    assert all(torch.equal(stored[name], value) for name, value in initialisers.items())
