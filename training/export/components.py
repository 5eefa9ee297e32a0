"""The toybox's components from the run folders, ready to export, to evaluate or to place in `UnCLIPPipeline`."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import PriorTransformer
from diffusers.models.attention_processor import AttnProcessor
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline, UnCLIPTextProjModel
from tokenizers import processors
from transformers import PreTrainedTokenizerFast

from training.paths import CONFIGS
from training.train.diffusion.sampling import make_scheduler
from training.train.loop import load_weights
from training.train.networks.clip_model import build_models, load_models
from training.train.networks.unclip_models import PixelUnshuffleUNet2DConditionModel, PixelUnshuffleUNet2DModel
from training.train.tokenizer_bpe import BOS, CONTEXT_LENGTH, EOS, load_tokenizer

STAGES = ("clip-text", "clip-image", "prior", "decoder-condition", "decoder", "upsampler-256", "upsampler-1024")
ELSEWHERE = {"prior": ("clip_mean", "clip_std"), "decoder-condition": ("learned_classifier_free_guidance_embeddings",)}
# Runs that hold a stage, the best first: decoder and condition are trained together.
RUNS_OF_STAGE = {"decoder-condition": ("decoder-polish", "decoder"), "decoder": ("decoder-polish", "decoder")}


@dataclass
class Toybox:
    """Models by stage, their training configurations, and the tokenizer file; `random` lists untrained stages."""

    models: dict[str, torch.nn.Module]
    configs: dict[str, dict]
    tokenizer_file: Path
    random: list[str]

    def sizes(self) -> dict:
        """What `onnx_export.example_feeds` needs."""
        condition, clip = self.configs["decoder"]["condition"], self.configs["clip"]
        return {"D": clip["dimension"], "W": clip["text"]["hidden_size"], "T": CONTEXT_LENGTH, "C": condition["cross_attention_dim"],
                "E": condition["time_embed_dim"], "vocabulary": load_tokenizer(self.tokenizer_file).get_vocab_size(), "image_size": 64,
                "decoder": 64, "upsampler-256": 256, "upsampler-1024": 1024}

    def pipeline(self) -> UnCLIPPipeline:
        """diffusers' own pipeline on these components."""
        tokenizer = load_tokenizer(self.tokenizer_file)
        tokenizer.post_processor = processors.RobertaProcessing((EOS, tokenizer.token_to_id(EOS)), (BOS, tokenizer.token_to_id(BOS)), False, False)
        return UnCLIPPipeline(
            prior=self.models["prior"], decoder=self.models["decoder"], text_encoder=self.models["clip-text"],
            tokenizer=PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=BOS, eos_token=EOS, pad_token=EOS, model_max_length=CONTEXT_LENGTH),
            text_proj=self.models["decoder-condition"], super_res_first=self.models["upsampler-256"], super_res_last=self.models["upsampler-256"],
            prior_scheduler=make_scheduler(self.configs["prior"]["scheduler"]), decoder_scheduler=make_scheduler(self.configs["decoder"]["scheduler"]),
            super_res_scheduler=make_scheduler(self.configs["upsampler-256"]["scheduler"]))


def load_toybox(runs: Path, seed: int = 0) -> Toybox:
    """Every stage in the configurations' architecture, with the weights of `runs/<run>/<stage>` where they exist."""
    torch.manual_seed(seed)
    configs = {name: json.loads((CONFIGS / f"{name}.json").read_text()) for name in ("clip", "prior", "decoder", "upsampler-256", "upsampler-1024")}
    tokenizer_file = runs / "clip/tokenizer.json"
    trained_clip = (runs / "clip/text").exists()
    text, image = load_models(runs / "clip") if trained_clip else build_models(configs["clip"], load_tokenizer(tokenizer_file))
    prior = PriorTransformer(**configs["prior"]["prior"])
    prior.set_attn_processor(AttnProcessor())
    models = {
        "clip-text": text, "clip-image": image, "prior": prior, "decoder-condition": UnCLIPTextProjModel(**configs["decoder"]["condition"]),
        "decoder": PixelUnshuffleUNet2DConditionModel(**configs["decoder"]["decoder"]),
        "upsampler-256": PixelUnshuffleUNet2DModel(**configs["upsampler-256"]["model"]),
        "upsampler-1024": PixelUnshuffleUNet2DModel(**configs["upsampler-1024"]["model"]),
    }
    random = [] if trained_clip else ["clip-text", "clip-image"]
    with torch.no_grad():
        prior.clip_std.fill_(1.0)
    for stage in STAGES[2:]:
        folder = next((runs / run for run in RUNS_OF_STAGE.get(stage, (stage,)) if (runs / run / stage).exists()), None)
        if folder:
            load_weights(models[stage], folder, stage, ELSEWHERE.get(stage, ()))
        else:
            random.append(stage)
    for model in models.values():
        model.eval().requires_grad_(False)
    return Toybox(models, configs, tokenizer_file, random)
