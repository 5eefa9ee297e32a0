"""The published CLIP models: OpenAI's, with its own activation, and those of LAION, with GELU."""

from training.export.templates.clip import clip_image, clip_text


def tower(width: int, layers: int, heads: int, dimension: int) -> dict:
    """What both kinds of tower have."""
    return {
        "hidden_size": width,
        "intermediate_size": 4 * width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "projection_dim": dimension,
    }


TEXT_B, TEXT_L = tower(512, 12, 8, 512), tower(768, 12, 12, 768)
TEXT_H, TEXT_BIG_G = tower(1024, 24, 16, 1024), tower(1280, 32, 20, 1280)
IMAGE_B, IMAGE_L = tower(768, 12, 12, 512), tower(1024, 24, 16, 768)
IMAGE_H, IMAGE_BIG_G = tower(1280, 32, 16, 1024), tower(1664, 48, 16, 1280) | {"intermediate_size": 8192}

OPENAI, LAION = {"hidden_act": "quick_gelu"}, {"hidden_act": "gelu"}
TEMPLATES = (
    clip_text("clip-text-b", **TEXT_B, **OPENAI),
    clip_text("clip-text-b-gelu", **TEXT_B, **LAION),
    clip_text("clip-text-l", **TEXT_L, **OPENAI),
    clip_text("clip-text-l-gelu", **TEXT_L, **LAION),
    clip_text("clip-text-h", **TEXT_H, **LAION),
    clip_text("clip-text-bigg", **TEXT_BIG_G, **LAION),
    clip_image("clip-image-b32", **IMAGE_B, patch_size=32, **OPENAI),
    clip_image("clip-image-b32-gelu", **IMAGE_B, patch_size=32, **LAION),
    clip_image("clip-image-b16", **IMAGE_B, patch_size=16, **OPENAI),
    clip_image("clip-image-b16-gelu", **IMAGE_B, patch_size=16, **LAION),
    clip_image("clip-image-l14", **IMAGE_L, patch_size=14, **OPENAI),
    clip_image("clip-image-l14-gelu", **IMAGE_L, patch_size=14, **LAION),
    clip_image("clip-image-h14", **IMAGE_H, patch_size=14, **LAION),
    clip_image("clip-image-bigg14", **IMAGE_BIG_G, patch_size=14, **LAION),
)
