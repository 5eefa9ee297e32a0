"""The toybox's components from the run folders, ready to export or to place in `UnCLIPPipeline`."""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from diffusers import PriorTransformer
from diffusers.models.attention_processor import AttnProcessor
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline, UnCLIPTextProjModel
from tokenizers import processors
from torch import nn
from transformers import PreTrainedTokenizerFast

from training.paths import TOYBOX
from training.train.config import ToyboxConfigs, read_toybox_configs
from training.train.diffusion.sampling import make_scheduler
from training.train.networks.autoregressive_prior import AutoregressivePrior
from training.train.networks.clip_model import build_models, load_models
from training.train.networks.unclip_models import PixelUnshuffleUNet2DConditionModel, PixelUnshuffleUNet2DModel
from training.train.networks.weights import load_weights
from training.train.tokenizer_bpe import BOS, CONTEXT_LENGTH, EOS, load_tokenizer

STAGES = (
    "clip-text",
    "clip-image",
    "prior",
    "decoder-condition",
    "decoder",
    "upsampler-256",
    "upsampler-1024",
    "autoregressive-prior",
)
# The run that holds a stage whose name is not the run's: decoder and condition are trained together.
RUN_OF_STAGE = {"decoder-condition": "decoder-2", "decoder": "decoder-2"}


@dataclass
class Toybox:
    """Models by stage, their training configurations, and the tokenizer file; `random` lists untrained stages."""

    models: dict[str, nn.Module]
    configs: ToyboxConfigs
    tokenizer_file: Path
    random: list[str]

    def sizes(self) -> dict:
        """What `onnx_export.example_feeds` needs."""
        condition, clip = self.configs.decoder.condition, self.configs.clip
        network = self.configs.autoregressive.network
        pictures = {"decoder": self.configs.decoder.decoder.sample_size}
        pictures |= {stage: config.model.sample_size for stage, config in self.configs.upsamplers.items()}
        return {
            "D": clip.dimension,
            "W": clip.text.hidden_size,
            "T": CONTEXT_LENGTH,
            "C": condition.cross_attention_dim,
            "E": condition.time_embed_dim,
            "vocabulary": load_tokenizer(self.tokenizer_file).get_vocab_size(),
            "image_size": 64,
            "autoregressive-prior": {
                "codes": network.num_codes,
                "buckets": network.num_buckets,
                "past": (2 * network.num_layers, network.width),
            },
        } | pictures

    def pipeline(self) -> UnCLIPPipeline:
        """diffusers' own pipeline on these components."""
        tokenizer = load_tokenizer(self.tokenizer_file)
        bos, eos = ((token, tokenizer.token_to_id(token)) for token in (BOS, EOS))
        tokenizer.post_processor = processors.RobertaProcessing(eos, bos, False, False)
        scheduler = lambda stage: make_scheduler(asdict(self.configs.scheduler(stage)))
        return UnCLIPPipeline(
            prior=self.models["prior"],
            decoder=self.models["decoder"],
            text_encoder=self.models["clip-text"],
            tokenizer=PreTrainedTokenizerFast(
                tokenizer_object=tokenizer, bos_token=BOS, eos_token=EOS, pad_token=EOS, model_max_length=CONTEXT_LENGTH
            ),
            text_proj=self.models["decoder-condition"],
            super_res_first=self.models["upsampler-256"],
            super_res_last=self.models["upsampler-256"],
            prior_scheduler=scheduler("prior"),
            decoder_scheduler=scheduler("decoder"),
            super_res_scheduler=scheduler("upsampler-256"),
        )


def build_diffusion(configs: ToyboxConfigs) -> dict[str, nn.Module]:
    """Fresh networks of all stages but CLIP's, in the configurations' architecture."""
    networks = {
        "prior": PriorTransformer(**asdict(configs.prior.prior)),
        "decoder-condition": UnCLIPTextProjModel(**asdict(configs.decoder.condition)),
        "decoder": PixelUnshuffleUNet2DConditionModel(**asdict(configs.decoder.decoder)),
    }
    upsamplers = {
        stage: PixelUnshuffleUNet2DModel(**asdict(config.model)) for stage, config in configs.upsamplers.items()
    }
    return (
        networks | upsamplers | {"autoregressive-prior": AutoregressivePrior(**asdict(configs.autoregressive.network))}
    )


def load_toybox(runs: Path, seed: int = 0) -> Toybox:
    """Every stage in the configurations' architecture, with the weights of `runs/<run>/<stage>` where they exist."""
    torch.manual_seed(seed)
    configs, tokenizer_file = read_toybox_configs(), runs / "clip/tokenizer.json"
    if not tokenizer_file.exists():
        tokenizer_file = TOYBOX / "tokenizer.json"
    trained_clip = (runs / "clip/text").exists()
    text, image = (
        load_models(runs / "clip") if trained_clip else build_models(configs.clip, load_tokenizer(tokenizer_file))
    )
    models = {"clip-text": text, "clip-image": image} | build_diffusion(configs)
    models["prior"].set_attn_processor(AttnProcessor())
    with torch.no_grad():
        models["prior"].clip_std.fill_(1.0)
    random = [] if trained_clip else ["clip-text", "clip-image"]
    for stage in STAGES[2:]:
        folder = runs / RUN_OF_STAGE.get(stage, stage)
        if (folder / stage).exists():
            load_weights(models[stage], folder, stage)
        else:
            random.append(stage)
    for model in models.values():
        model.eval().requires_grad_(False)
    return Toybox(models, configs, tokenizer_file, random)
