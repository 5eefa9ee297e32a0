"""Stable unCLIP 2.1's networks: Stable Diffusion 2.1 that sees a noised image embedding of ViT-H (h) or ViT-L (l)."""

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from diffusers.models.embeddings import get_timestep_embedding
from torch import nn

from training.export.templates import feeds
from training.export.templates.autoencoder import autoencoder
from training.export.templates.clip import clip_states
from training.export.templates.clip_models import LAION, TEXT_H
from training.export.templates.template import Template
from training.export.templates.unclip import settings, with_processor


class NoisedImageDenoiser(nn.Module):
    """The U-Net; to the image embedding belongs how far it was noised. Without an image it sees zeros for both."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, timestep, text_states, image_embedding, noise_level, keep_image):
        size = image_embedding.shape[1]
        level = get_timestep_embedding(noise_level, int(size), flip_sin_to_cos=True, downscale_freq_shift=0)
        labels = torch.cat([image_embedding, level], dim=1) * keep_image[:, None]
        return self.model(sample, timestep, text_states, class_labels=labels).sample


def denoiser(name: str, *, length: int = 77, **config) -> Template:
    """Stable unCLIP's U-Net; `config` are fields of its class. Captions have `length` tokens."""
    build = lambda: with_processor(UNet2DConditionModel(**config), AttnProcessor)
    settled = settings(build)
    config = settled["config"]
    others = {
        "text_states": (length, config["cross_attention_dim"]),
        "image_embedding": (config["projection_class_embeddings_input_dim"] // 2,),
        "noise_level": (),
        "keep_image": (),
    }
    return Template(
        name=name,
        role="denoiser",
        classes=("UNet2DConditionModel",),
        build=build,
        adapter=NoisedImageDenoiser,
        feeds=feeds.latent_denoiser(config["in_channels"], 2 ** len(config["block_out_channels"]), others),
        free_sizes=("sample", "output"),
        **settled,
    )


UNET = {
    "sample_size": 96,
    "in_channels": 4,
    "out_channels": 4,
    "layers_per_block": 2,
    "block_out_channels": (320, 640, 1280, 1280),
    "down_block_types": (*("CrossAttnDownBlock2D",) * 3, "DownBlock2D"),
    "up_block_types": ("UpBlock2D", *("CrossAttnUpBlock2D",) * 3),
    "attention_head_dim": (5, 10, 20, 20),
    "cross_attention_dim": 1024,
    "use_linear_projection": True,
    "class_embed_type": "projection",
}
VAE = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "latent_channels": 4,
}
TEMPLATES = (
    # The last of ViT-H's 24 layers is left out.
    clip_states("stable-unclip-text", **TEXT_H | {"num_hidden_layers": 23}, **LAION),
    denoiser("stable-unclip-h-decoder", **UNET, projection_class_embeddings_input_dim=2048),
    denoiser("stable-unclip-l-decoder", **UNET, projection_class_embeddings_input_dim=1536),
    *autoencoder("vae", AutoencoderKL, **VAE),
)
