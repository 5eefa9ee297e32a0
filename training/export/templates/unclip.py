"""unCLIP's networks in the classes of diffusers, as Karlo has them."""

from collections.abc import Callable

from diffusers import PriorTransformer, UNet2DConditionModel, UNet2DModel
from diffusers.models.attention_processor import Attention, AttnAddedKVProcessor, AttnProcessor
from diffusers.pipelines.deprecated.unclip import UnCLIPTextProjModel
from torch import nn

from training.export.onnx_export import Decoder, DecoderCondition, Prior, Upsampler
from training.export.templates import feeds
from training.export.templates.template import Template, diffusers_config
from training.export.templates.weightless import parameters_without_memory


def settings(build: Callable[[], nn.Module], *without: str) -> dict:
    """Template fields `config` and `defaults` of the module that `build` makes."""
    with parameters_without_memory():
        config, defaults = diffusers_config(build(), without=without)
    return {"config": config, "defaults": defaults}


def with_processor(module: nn.Module, processor: type) -> nn.Module:
    """The module with an attention that is traced operation by operation."""
    for part in module.modules():
        if isinstance(part, Attention):
            part.set_processor(processor())
    return module


def prior(name: str, **config) -> Template:
    """A `PriorTransformer`; `config` are its fields."""
    build = lambda: with_processor(PriorTransformer(**config), AttnProcessor)
    settled = settings(build)
    dimension, length = settled["config"]["embedding_dim"], settled["config"]["num_embeddings"]
    return Template(
        name=name,
        role="prior",
        classes=("PriorTransformer",),
        build=build,
        adapter=Prior,
        feeds=feeds.prior(dimension, dimension, length),
        beside={"clip_mean": "normalisation.mean", "clip_std": "normalisation.std"},
        **settled,
    )


def condition(name: str, *, length: int = 77, **config) -> Template:
    """Karlo's `UnCLIPTextProjModel`; captions have `length` tokens."""
    build = lambda: UnCLIPTextProjModel(**config)
    settled = settings(build)
    dimension = settled["config"]["clip_embeddings_dim"]
    return Template(
        name=name,
        role="condition",
        classes=("UnCLIPTextProjModel",),
        build=build,
        adapter=DecoderCondition,
        feeds=feeds.condition(dimension, dimension, length),
        outputs=("context", "time"),
        beside={"learned_classifier_free_guidance_embeddings": "nullImageEmbedding"},
        **settled,
    )


def decoder(name: str, *, length: int = 81, **config) -> Template:
    """Karlo's decoder; its context has `length` tokens."""
    build = lambda: with_processor(UNet2DConditionModel(**config), AttnAddedKVProcessor)
    settled = settings(build)
    channels = settled["config"]["block_out_channels"]
    size = 2 ** len(channels)
    return Template(
        name=name,
        role="denoiser",
        classes=("UNet2DConditionModel",),
        build=build,
        adapter=Decoder,
        feeds=feeds.decoder(size, length, settled["config"]["cross_attention_dim"], 4 * channels[0]),
        free_sizes=("sample", "output"),
        **settled,
    )


def upsampler(name: str, **config) -> Template:
    """Karlo's super-resolution networks, which have no attention."""
    build = lambda: UNet2DModel(**config)
    settled = settings(build, "attention_head_dim")
    size = 2 ** len(settled["config"]["block_out_channels"])
    return Template(
        name=name,
        role="denoiser",
        classes=("UNet2DModel",),
        build=build,
        adapter=Upsampler,
        feeds=feeds.upsampler(size),
        free_sizes=("sample", "condition", "output"),
        **settled,
    )
