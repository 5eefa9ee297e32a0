"""diffusers' own `UnCLIPPipeline` on a pack's weights: the oracle of parity, and what benchmarks compare with."""

from pathlib import Path

import torch
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline

from training.export.components import Toybox, build_diffusion
from training.export.pack import only
from training.train.config import read_toybox_configs
from training.train.networks.clip_model import build_models
from training.train.networks.onnx_weights import load_onnx_weights
from training.train.networks.weights import ELSEWHERE
from training.train.tokenizer_bpe import load_tokenizer


def load_pipeline(pack: Path, manifest: dict) -> UnCLIPPipeline:
    """The pipeline in the configurations' architecture with the pack's weights, as float32.

    Attention is what diffusers chooses by itself wherever its own classes decide.
    """
    configs, tokenizer_file = read_toybox_configs(), pack / only(manifest["texts"])["tokenizer"]["file"]
    models = {"clip-text": build_models(configs.clip, load_tokenizer(tokenizer_file))[0]} | build_diffusion(configs)
    del models["upsampler-1024"]  # no stage of the pipeline
    stages = manifest["stages"]
    for stage, model in models.items():
        load_onnx_weights(model, pack / stages[stage]["file"], ELSEWHERE.get(stage, ()))
        model.eval().requires_grad_(False)
    statistics, null = stages["prior"]["normalisation"], stages["decoder-condition"]["nullImageEmbedding"]
    models["prior"].clip_mean.copy_(torch.tensor([statistics["mean"]]))
    models["prior"].clip_std.copy_(torch.tensor([statistics["std"]]))
    models["decoder-condition"].learned_classifier_free_guidance_embeddings.copy_(torch.tensor(null))
    pipeline = Toybox(models, configs, tokenizer_file, []).pipeline()
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
