"""diffusers' own `UnCLIPPipeline` on a pack's weights: the oracle of parity, and what benchmarks compare with."""

import json
from pathlib import Path

import torch
from diffusers import PriorTransformer
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline, UnCLIPTextProjModel

from training.export.components import ELSEWHERE, Toybox
from training.paths import CONFIGS
from training.train.networks.clip_model import build_models
from training.train.networks.onnx_weights import load_onnx_weights
from training.train.networks.unclip_models import PixelUnshuffleUNet2DConditionModel, PixelUnshuffleUNet2DModel
from training.train.tokenizer_bpe import load_tokenizer


def load_pipeline(pack: Path, manifest: dict) -> UnCLIPPipeline:
    """The pipeline in the configurations' architecture with the pack's weights, as float32.

    Attention is what diffusers chooses by itself wherever its own classes decide.
    """
    configs = {name: json.loads((CONFIGS / f"{name}.json").read_text()) for name in ("clip", "prior", "decoder", "upsampler-256")}
    tokenizer_file = pack / manifest["tokenizer"]["file"]
    models = {
        "clip-text": build_models(configs["clip"], load_tokenizer(tokenizer_file))[0],
        "prior": PriorTransformer(**configs["prior"]["prior"]),
        "decoder-condition": UnCLIPTextProjModel(**configs["decoder"]["condition"]),
        "decoder": PixelUnshuffleUNet2DConditionModel(**configs["decoder"]["decoder"]),
        "upsampler-256": PixelUnshuffleUNet2DModel(**configs["upsampler-256"]["model"]),
    }
    stages = manifest["stages"]
    for stage, model in models.items():
        load_onnx_weights(model, pack / stages[stage]["file"], ELSEWHERE.get(stage, ()))
        model.eval().requires_grad_(False)
    models["prior"].clip_mean.copy_(torch.tensor([stages["prior"]["normalisation"]["mean"]]))
    models["prior"].clip_std.copy_(torch.tensor([stages["prior"]["normalisation"]["std"]]))
    models["decoder-condition"].learned_classifier_free_guidance_embeddings.copy_(torch.tensor(stages["decoder-condition"]["nullImageEmbedding"]))
    pipeline = Toybox(models, configs, tokenizer_file, []).pipeline()
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
