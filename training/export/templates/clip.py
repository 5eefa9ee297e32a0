"""CLIP's towers in the classes of transformers, in whose names other layouts of the same weights are told."""

from dataclasses import replace

from torch import nn
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig, CLIPVisionModelWithProjection

from training.export.onnx_export import ClipImage, ClipText
from training.export.templates import feeds
from training.export.templates.template import Template, transformers_config

TEXT_FIELDS = (
    "hidden_size",
    "intermediate_size",
    "projection_dim",
    "num_hidden_layers",
    "num_attention_heads",
    "max_position_embeddings",
    "vocab_size",
    "hidden_act",
    "layer_norm_eps",
)
IMAGE_FIELDS = (
    "hidden_size",
    "intermediate_size",
    "projection_dim",
    "num_hidden_layers",
    "num_attention_heads",
    "image_size",
    "patch_size",
    "num_channels",
    "hidden_act",
    "layer_norm_eps",
)
# The end of a text is the greatest id: configurations of before 2023 say so by 2, and other ones by that id.
END_IS_GREATEST = 2


def open_clip_text(name: str, prefix: str) -> dict:
    """The layout of open_clip's text tower, whose tensors begin with `prefix`."""
    rules = [
        *open_clip_layers("text_model", prefix),
        exactly("text_model.embeddings.token_embedding.weight", f"{prefix}token_embedding.weight"),
        exactly("text_model.embeddings.position_embedding.weight", f"{prefix}positional_embedding"),
        exactly("text_model.final_layer_norm.weight", f"{prefix}ln_final.weight"),
        exactly("text_model.final_layer_norm.bias", f"{prefix}ln_final.bias"),
        exactly("text_projection.weight", f"{prefix}text_projection", transposed=True),
    ]
    return {"name": name, "rules": rules}


def open_clip_layers(ours: str, theirs: str) -> list[dict]:
    """How open_clip calls the parameters of `ours`, a tower's layers: q, k and v are thirds of one tensor."""
    layer, block = rf"^{ours}\.encoder\.layers\.(\d+)\.", f"{theirs}transformer.resblocks.$1."
    thirds = [
        {
            "parameter": rf"{layer}self_attn\.{name}_proj\.(weight|bias)$",
            "tensor": f"{block}attn.in_proj_$2",
            "part": [part, 3],
        }
        for part, name in enumerate("qkv")
    ]
    whole = {
        r"self_attn\.out_proj\.": "attn.out_proj.",
        r"mlp\.fc1\.": "mlp.c_fc.",
        r"mlp\.fc2\.": "mlp.c_proj.",
        r"layer_norm(1|2)\.": "ln_$2.",
    }
    renamed = [
        {"parameter": f"{layer}{old}(weight|bias)$", "tensor": f"{block}{new}${3 if '$2' in new else 2}"}
        for old, new in whole.items()
    ]
    return thirds + renamed


def exactly(parameter: str, tensor: str, *, transposed: bool = False) -> dict:
    """The rule for one parameter."""
    rule = {"parameter": f"^{parameter.replace('.', chr(92) + '.')}$", "tensor": tensor}
    return rule | ({"transposed": True} if transposed else {})


# A text tower is a part of its own where the configuration says "custom_text".
OPEN_CLIP_TEXTS = (open_clip_text("open_clip", ""), open_clip_text("open_clip, custom text", "text."))
OPEN_CLIP_IMAGE = {
    "name": "open_clip",
    "rules": [
        *open_clip_layers("vision_model", "visual."),
        exactly("vision_model.embeddings.class_embedding", "visual.class_embedding"),
        exactly("vision_model.embeddings.patch_embedding.weight", "visual.conv1.weight"),
        exactly("vision_model.embeddings.position_embedding.weight", "visual.positional_embedding"),
        exactly("vision_model.pre_layrnorm.weight", "visual.ln_pre.weight"),
        exactly("vision_model.pre_layrnorm.bias", "visual.ln_pre.bias"),
        exactly("vision_model.post_layernorm.weight", "visual.ln_post.weight"),
        exactly("vision_model.post_layernorm.bias", "visual.ln_post.bias"),
        exactly("visual_projection.weight", "visual.proj", transposed=True),
    ],
}


def clip_text(name: str, *, end: int = END_IS_GREATEST, **config) -> Template:
    """A text tower; `config` are fields of `CLIPTextConfig`. A text ends at its first token of the id `end`."""
    config = CLIPTextConfig(**config, bos_token_id=0, eos_token_id=end, attn_implementation="eager")
    own_end = () if end == END_IS_GREATEST else ("eos_token_id",)
    values, defaults = transformers_config(config, (*TEXT_FIELDS, *own_end))
    return Template(
        name=name,
        role="text-encoder",
        classes=("CLIPTextModelWithProjection", "CLIPModel"),
        build=lambda: CLIPTextModelWithProjection(config),
        adapter=ClipText,
        feeds=feeds.text(config.vocab_size, config.max_position_embeddings),
        config=values,
        defaults=defaults,
        outputs=("embedding", "states"),
        ignored=(r"^text_model\.embeddings\.position_ids$", "^logit_scale$", "^logit_bias$"),
        layouts=OPEN_CLIP_TEXTS,
    )


class ClipStates(nn.Module):
    """A text tower of which only the states of its tokens are used."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids):
        return self.model(input_ids=ids.long()).last_hidden_state


# As transformers 5 writes a tower that stands alone.
WITHOUT_PREFIX = {"name": "without prefix", "rules": [{"parameter": r"^text_model\.", "tensor": ""}]}


def clip_states(name: str, **config) -> Template:
    """A text tower without its projection; `config` are fields of `CLIPTextConfig`."""
    whole = clip_text(name, **config)
    without = {"projection_dim"}
    return replace(
        whole,
        classes=("CLIPTextModel",),
        adapter=ClipStates,
        config={field: value for field, value in whole.config.items() if field not in without},
        defaults={field: value for field, value in whole.defaults.items() if field not in without},
        outputs=("states",),
        ignored=(*whole.ignored, r"^text_projection\."),
        layouts=(WITHOUT_PREFIX,),
    )


def clip_image(name: str, **config) -> Template:
    """An image tower; `config` are fields of `CLIPVisionConfig`."""
    config = CLIPVisionConfig(**config, attn_implementation="eager")
    values, defaults = transformers_config(config, IMAGE_FIELDS)
    return Template(
        name=name,
        role="image-encoder",
        classes=("CLIPVisionModelWithProjection", "CLIPModel"),
        build=lambda: CLIPVisionModelWithProjection(config),
        adapter=ClipImage,
        feeds=feeds.image(config.image_size),
        config=values,
        defaults=defaults,
        outputs=("embedding",),
        ignored=(r"^vision_model\.embeddings\.position_ids$", "^logit_scale$", "^logit_bias$"),
        layouts=(OPEN_CLIP_IMAGE,),
    )
