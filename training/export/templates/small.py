"""Templates of the random networks that tests run: each family's classes at the smallest useful size.

Captions, image embeddings and the diffusion prior are Karlo's for all families.
"""

from diffusers import AutoencoderKL, VQModel

from training.export import random_models as sizes
from training.export.templates import autoencoder, clip, dalle2, eclipse, kandinsky, multilingual, stable_unclip, unclip

CHANNELS = {"block_out_channels": (8, 16), "layers_per_block": 1, "norm_num_groups": 4}
KANDINSKY = CHANNELS | {
    "in_channels": 4,
    "out_channels": 8,
    "down_block_types": ("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "up_block_types": ("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
    "cross_attention_dim": sizes.C,
    "attention_head_dim": 8,
    "resnet_time_scale_shift": "scale_shift",
}
MOVQ = {
    "block_out_channels": (32, 32),  # its spatial norm has 32 groups
    "layers_per_block": 1,
    "norm_num_groups": 4,
    "down_block_types": ("DownEncoderBlock2D", "AttnDownEncoderBlock2D"),
    "up_block_types": ("AttnUpDecoderBlock2D", "UpDecoderBlock2D"),
    "latent_channels": 4,
    "num_vq_embeddings": 16,
    "vq_embed_dim": 4,
    "norm_type": "spatial",
}
STABLE_UNCLIP = CHANNELS | {
    "in_channels": 4,
    "out_channels": 4,
    "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
    "attention_head_dim": (2, 4),
    "cross_attention_dim": sizes.D,
    "use_linear_projection": True,
    "class_embed_type": "projection",
    "projection_class_embeddings_input_dim": 2 * sizes.D,
}
VAE = CHANNELS | {
    "down_block_types": ("DownEncoderBlock2D",) * 2,
    "up_block_types": ("UpDecoderBlock2D",) * 2,
    "latent_channels": 4,
}
DALLE2 = {
    "dim": sizes.D,
    "depth": 2,
    "num_timesteps": 6,
    "max_text_len": 12,
    "dim_head": 8,
    "heads": 2,
    "normformer": True,
}
MULTILINGUAL = {
    "width": 24,
    "dimension": sizes.D,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": multilingual.LENGTH + 2,
    "vocab_size": 110,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
}
ECLIPSE = {field: value for field, value in sizes.PRIOR.items() if field != "additional_embeddings"}

TEMPLATES = (
    clip.clip_text("small-karlo-text", **sizes.TEXT),
    clip.clip_image("small-karlo-image", **sizes.IMAGE),
    unclip.prior("small-karlo-prior", **sizes.PRIOR),
    unclip.condition("small-karlo-condition", length=sizes.T, **sizes.CONDITION),
    unclip.decoder("small-karlo-decoder", length=4 + sizes.T, **sizes.DECODER),
    unclip.upsampler("small-karlo-upsampler", **sizes.UPSAMPLER_256),
    eclipse.eclipse_prior("small-eclipse-prior", **ECLIPSE),
    dalle2.dalle2_prior("small-dalle2-prior", length=sizes.T, **DALLE2),
    kandinsky.denoiser("small-kandinsky-2-2-decoder", **KANDINSKY, **kandinsky.OF_IMAGE | {"encoder_hid_dim": sizes.D}),
    kandinsky.denoiser(
        "small-kandinsky-2-1-decoder",
        length=multilingual.LENGTH,
        **KANDINSKY,
        **kandinsky.OF_TEXT_AND_IMAGE | {"encoder_hid_dim": MULTILINGUAL["width"]},
    ),
    multilingual.multilingual_text("small-multilingual-clip", **MULTILINGUAL),
    *autoencoder.autoencoder("small-movq", VQModel, **MOVQ),
    clip.clip_states("small-stable-unclip-text", **sizes.TEXT),
    stable_unclip.denoiser("small-stable-unclip-decoder", length=sizes.T, **STABLE_UNCLIP),
    *autoencoder.autoencoder("small-vae", AutoencoderKL, **VAE),
)
