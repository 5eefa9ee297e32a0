"""Karlo v1 alpha's networks, and their configurations as published."""

from training.export.templates import unclip

CHANNELS = (320, 640, 960, 1280)
PRIOR = {
    "num_attention_heads": 32,
    "attention_head_dim": 64,
    "num_layers": 20,
    "embedding_dim": 768,
    "num_embeddings": 77,
    "additional_embeddings": 4,
}
TEMPLATES = (
    unclip.prior("karlo-prior", **PRIOR),
    unclip.condition("karlo-condition", clip_embeddings_dim=768, time_embed_dim=1280, cross_attention_dim=1536),
    unclip.decoder(
        "karlo-decoder",
        sample_size=64,
        in_channels=3,
        out_channels=6,
        layers_per_block=3,
        block_out_channels=CHANNELS,
        down_block_types=("ResnetDownsampleBlock2D", *("SimpleCrossAttnDownBlock2D",) * 3),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=(*("SimpleCrossAttnUpBlock2D",) * 3, "ResnetUpsampleBlock2D"),
        cross_attention_dim=1536,
        attention_head_dim=64,
        class_embed_type="identity",
        resnet_time_scale_shift="scale_shift",
    ),
    unclip.upsampler(
        "karlo-upsampler",
        sample_size=256,
        in_channels=6,
        out_channels=3,
        layers_per_block=3,
        block_out_channels=CHANNELS,
        down_block_types=("ResnetDownsampleBlock2D",) * 4,
        up_block_types=("ResnetUpsampleBlock2D",) * 4,
        add_attention=False,
        resnet_time_scale_shift="scale_shift",
    ),
)
