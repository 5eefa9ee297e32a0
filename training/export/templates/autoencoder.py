"""Autoencoders of latents, Kandinsky's MoVQ and Stable Diffusion's VAE: a folder makes an encoder and a decoder."""

import torch
from diffusers import AutoencoderKL, VQModel
from diffusers.models.attention_processor import AttnProcessor
from torch import nn

from training.export.templates import feeds
from training.export.templates.template import Template
from training.export.templates.unclip import settings, with_processor


class LatentEncoder(nn.Module):
    """The mean of a picture's latents."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        latent = self.model.quant_conv(self.model.encoder(image))
        return latent if isinstance(self.model, VQModel) else torch.chunk(latent, 2, dim=1)[0]


class LatentDecoder(nn.Module):
    """The picture of latents, which are not quantised."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, latent):
        if isinstance(self.model, VQModel):
            return self.model.decode(latent, force_not_quantize=True).sample
        return self.model.decode(latent).sample


# Attention's names in diffusers before 0.17.
BEFORE = {
    "name": "diffusers before 0.17",
    "rules": [
        {"parameter": rf"^(.*\.attentions\.\d+)\.{new}\.(weight|bias)$", "tensor": f"$1.{old}.$2"}
        for new, old in ((r"to_q", "query"), (r"to_k", "key"), (r"to_v", "value"), (r"to_out\.0", "proj_attn"))
    ],
}
ENCODER, DECODER, CODEBOOK = (r"^(encoder|quant_conv)\.", r"^(decoder|post_quant_conv)\.", r"^quantize\.")


def autoencoder(name: str, kind: type[VQModel] | type[AutoencoderKL], **config) -> tuple[Template, Template]:
    """Encoder and decoder of an autoencoder; `config` are fields of its class."""
    build = lambda: with_processor(kind(**config), AttnProcessor)
    both = settings(build, "num_vq_embeddings", "shift_factor", "latents_mean", "latents_std")
    both |= {"classes": (kind.__name__,), "build": build, "free_sizes": ("image", "latent"), "layouts": (BEFORE,)}
    blocks, channels = len(both["config"]["block_out_channels"]), both["config"]["latent_channels"]
    return (
        Template(
            name=f"{name}-encoder",
            role="latent-encoder",
            adapter=LatentEncoder,
            feeds=feeds.picture("image", 3, 2**blocks),
            outputs=("latent",),
            ignored=(DECODER, CODEBOOK),
            **both,
        ),
        Template(
            name=f"{name}-decoder",
            role="latent-decoder",
            adapter=LatentDecoder,
            feeds=feeds.picture("latent", channels, 4),
            outputs=("image",),
            ignored=(ENCODER, CODEBOOK),
            **both,
        ),
    )
