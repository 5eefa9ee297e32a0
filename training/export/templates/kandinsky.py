"""Kandinsky's networks (2.1 and 2.2): a prior as Karlo's, a denoiser of latents, and the MoVQ that decodes them."""

from diffusers import UNet2DConditionModel, VQModel
from diffusers.models.attention_processor import AttnAddedKVProcessor
from torch import nn

from training.export.templates import feeds
from training.export.templates.autoencoder import autoencoder
from training.export.templates.karlo import PRIOR
from training.export.templates.template import Template
from training.export.templates.unclip import prior, settings, with_processor


class ImageDenoiser(nn.Module):
    """2.2's U-Net, which sees the image embedding alone."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, timestep, image_embedding):
        conditions = {"image_embeds": image_embedding}
        return self.model(sample, timestep, None, added_cond_kwargs=conditions).sample


class TextImageDenoiser(nn.Module):
    """2.1's U-Net, which sees the image embedding and the caption as a multilingual encoder has it."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, sample, timestep, image_embedding, text_embedding, text_states):
        conditions = {"image_embeds": image_embedding, "text_embeds": text_embedding}
        return self.model(sample, timestep, text_states, added_cond_kwargs=conditions).sample


def denoiser(name: str, *, length: int = 77, **config) -> Template:
    """Kandinsky's U-Net; `config` are fields of its class. 2.1's captions have `length` tokens."""
    build = lambda: with_processor(UNet2DConditionModel(**config), AttnAddedKVProcessor)
    settled = settings(build)
    config = settled["config"]
    others = {"image_embedding": (config["encoder_hid_dim"],)}
    if config["addition_embed_type"] == "text_image":
        dimension = config["cross_attention_dim"]
        others = {
            "image_embedding": (dimension,),
            "text_embedding": (dimension,),
            "text_states": (length, config["encoder_hid_dim"]),
        }
    return Template(
        name=name,
        role="denoiser",
        classes=("UNet2DConditionModel",),
        build=build,
        adapter=ImageDenoiser if len(others) == 1 else TextImageDenoiser,
        feeds=feeds.latent_denoiser(config["in_channels"], 2 ** len(config["block_out_channels"]), others),
        free_sizes=("sample", "output"),
        **settled,
    )


UNET = {
    "sample_size": 64,
    "in_channels": 4,
    "out_channels": 8,
    "layers_per_block": 3,
    "block_out_channels": (384, 768, 1152, 1536),
    "down_block_types": ("ResnetDownsampleBlock2D", *("SimpleCrossAttnDownBlock2D",) * 3),
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "up_block_types": (*("SimpleCrossAttnUpBlock2D",) * 3, "ResnetUpsampleBlock2D"),
    "cross_attention_dim": 768,
    "attention_head_dim": 64,
    "resnet_time_scale_shift": "scale_shift",
}
OF_IMAGE = {"encoder_hid_dim": 1280, "encoder_hid_dim_type": "image_proj", "addition_embed_type": "image"}
OF_TEXT_AND_IMAGE = {
    "encoder_hid_dim": 1024,
    "encoder_hid_dim_type": "text_image_proj",
    "addition_embed_type": "text_image",
}
MOVQ = {
    "block_out_channels": (128, 256, 256, 512),
    "down_block_types": (*("DownEncoderBlock2D",) * 3, "AttnDownEncoderBlock2D"),
    "up_block_types": ("AttnUpDecoderBlock2D", *("UpDecoderBlock2D",) * 3),
    "layers_per_block": 2,
    "latent_channels": 4,
    "num_vq_embeddings": 16384,
    "vq_embed_dim": 4,
    "norm_type": "spatial",
}
# 2.1's prior is Karlo's in everything but its weights.
TEMPLATES = (
    prior("kandinsky-2-2-prior", **PRIOR | {"embedding_dim": 1280}),
    denoiser("kandinsky-2-2-decoder", **UNET, **OF_IMAGE),
    denoiser("kandinsky-2-1-decoder", **UNET, **OF_TEXT_AND_IMAGE),
    *autoencoder("movq", VQModel, **MOVQ),
)
