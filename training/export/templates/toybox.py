"""toybox's networks: CLIP, prior and condition in Karlo's classes, and its U-Nets behind a pixel unshuffle.

What the folder of `diffusers_folder` holds. A pixel unshuffle is traced at one size, that of the pack's pictures.
"""

from collections.abc import Callable
from dataclasses import asdict

from torch import nn

from training.export.onnx_export import Decoder, Upsampler
from training.export.templates import feeds, unclip
from training.export.templates.clip import clip_image, clip_text
from training.export.templates.template import Feeds, Template
from training.paths import TOYBOX
from training.train.config import DecoderConfig, UpsamplerConfig, read_toybox_configs
from training.train.networks.unclip_models import PixelUnshuffleUNet2DConditionModel, PixelUnshuffleUNet2DModel
from training.train.tokenizer_bpe import CONTEXT_LENGTH, EOS, load_tokenizer


def decoder(name: str, config: DecoderConfig) -> Template:
    """The decoder, of pictures of its own size."""
    fields, condition = asdict(config.decoder), config.condition
    length = condition.clip_extra_context_tokens + CONTEXT_LENGTH
    size, context, time = config.decoder.sample_size, condition.cross_attention_dim, condition.time_embed_dim
    return behind_unshuffle(
        name,
        PixelUnshuffleUNet2DConditionModel,
        fields,
        adapter=Decoder,
        feeds=square(feeds.decoder(size, length, context, time)),
    )


def upsampler(name: str, config: UpsamplerConfig) -> Template:
    """An upsampler, to its own size."""
    fields, size = asdict(config.model), config.model.sample_size
    return behind_unshuffle(
        name, PixelUnshuffleUNet2DModel, fields, adapter=Upsampler, feeds=square(feeds.upsampler(size))
    )


def behind_unshuffle(
    name: str, kind: type[nn.Module], fields: dict, *, adapter: type[nn.Module], feeds: Callable[[int, int], Feeds]
) -> Template:
    """A network of `unclip_models` whose fields are those."""
    build = lambda: kind(**fields)
    settled = unclip.settings(build)
    # A size that the graph does not leave free matters.
    settled["config"]["sample_size"] = settled["defaults"]["sample_size"] = fields["sample_size"]
    return Template(
        name=name, role="denoiser", classes=(kind.__name__,), build=build, adapter=adapter, feeds=feeds, **settled
    )


def square(feeds: Callable[[int, int], Feeds]) -> Callable[[int, int], Feeds]:
    """The same feeds with pictures of the least size alone, as high as wide."""

    def squared(rows: int, seed: int) -> Feeds:
        found = feeds(rows, 2 * seed)  # an even seed has the least height
        return {name: value[..., : value.shape[2]] if value.ndim == 4 else value for name, value in found.items()}

    return squared


CONFIGS, TOKENIZER = read_toybox_configs(), load_tokenizer(TOYBOX / "tokenizer.json")
CLIP = {"projection_dim": CONFIGS.clip.dimension, "hidden_act": "gelu"}
TEMPLATES = (
    clip_text(
        "toybox-text",
        end=TOKENIZER.token_to_id(EOS),
        vocab_size=TOKENIZER.get_vocab_size(),
        max_position_embeddings=CONTEXT_LENGTH,
        **asdict(CONFIGS.clip.text),
        **CLIP,
    ),
    clip_image("toybox-image", image_size=64, **asdict(CONFIGS.clip.vision), **CLIP),
    unclip.prior("toybox-prior", **asdict(CONFIGS.prior.prior)),
    unclip.condition("toybox-condition", length=CONTEXT_LENGTH, **asdict(CONFIGS.decoder.condition)),
    decoder("toybox-decoder", CONFIGS.decoder),
    upsampler("toybox-upsampler", CONFIGS.upsamplers["upsampler-256"]),
)
