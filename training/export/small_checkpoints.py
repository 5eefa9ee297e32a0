"""Writes test/fixtures/checkpoints: random networks as public checkpoints lie on a disk.

`python -m training.export.small_checkpoints`, after `random_pack`, whose CLIP, prior, decoder and upsamplers they have.
`small-karlo` is a folder of `UnCLIPPipeline` in the layout of Karlo's repository, `small-clip` one of transformers'
`CLIPModel` with both towers in one file. The `small-kandinsky-2-2-…` are folders of Kandinsky's two pipelines, the
autoencoder's weights in halves, `small-kandinsky-2-1` is that of 2.1's decoder with its text encoder of many
languages; `small-stable-unclip` is one of `StableUnCLIPImg2ImgPipeline`, whose autoencoder has the names of 2022;
`small-eclipse` is a prior alone, `small-open-clip` a CLIP of open_clip, `small-dalle2-prior` a prior of
DALLE2-pytorch.
"""

import argparse
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import open_clip
import torch
from diffusers import DDIMScheduler, DDPMScheduler, ModelMixin, PNDMScheduler
from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import StableUnCLIPImageNormalizer
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, CLIPTextModel

from training.export import random_models as sizes
from training.export.checkpoint_files import preprocessing, save, write_json, write_tokenizer
from training.export.multilingual_tokenizer import write_multilingual_tokenizer
from training.export.pack import finisher_of
from training.export.random_goldens import load_models
from training.export.random_models import MERGES, T, tiny_tokenizer
from training.export.templates.autoencoder import BEFORE
from training.export.templates.small import DALLE2, TEMPLATES
from training.export.templates.template import parameters
from training.paths import CHECKPOINTS, RANDOM_PACK
from training.train.diffusion.sampling import make_scheduler

# Folder of Karlo's repository to stage of the pack.
KARLO_NETWORKS = {
    "text_encoder": "clip-text",
    "prior": "prior",
    "text_proj": "decoder-condition",
    "decoder": "decoder",
    "super_res_first": "upsampler-256",
    "super_res_last": "upsampler-256-last",
}
KARLO_SCHEDULERS = {"prior_scheduler": "prior", "decoder_scheduler": "decoder", "super_res_scheduler": "upsampler-256"}


def write_small_tokenizer(folder: Path) -> None:
    """The tiny tokenizer of the random pack."""
    write_tokenizer(folder, tiny_tokenizer().get_vocab(), MERGES, T)


def write_karlo(folder: Path, models: dict, manifest: dict) -> None:
    """A folder of `UnCLIPPipeline`; its index is Karlo's own, which names the module of the pipeline's time."""
    stages = manifest["stages"]
    assert finisher_of(stages, "upsampler-256") == "upsampler-256-last"
    index = {"_class_name": "UnCLIPPipeline", "_diffusers_version": "0.12.0.dev0", "tokenizer": None}
    for component, stage in KARLO_NETWORKS.items():
        network = models[stage]
        save(network, folder / component)
        library = "diffusers" if isinstance(network, ModelMixin) else "transformers"
        index[component] = ["unclip" if component == "text_proj" else library, type(network).__name__]
    for component, stage in KARLO_SCHEDULERS.items():
        make_scheduler(stages[stage]["scheduler"]).save_pretrained(folder / component)
        index[component] = ["diffusers", "UnCLIPScheduler"]
    index["tokenizer"] = ["transformers", "CLIPTokenizer"]
    write_small_tokenizer(folder / "tokenizer")
    write_json(folder / "model_index.json", index)


def write_clip(folder: Path, text: torch.nn.Module, image: torch.nn.Module) -> None:
    """A folder of `CLIPModel`."""
    config = CLIPConfig(
        text_config=text.config.to_dict(),
        vision_config=image.config.to_dict(),
        projection_dim=text.config.projection_dim,
    )
    network = CLIPModel(config)
    weights = text.state_dict() | image.state_dict()
    rest = network.load_state_dict(weights, strict=False)
    assert rest.missing_keys == ["logit_scale"] and not rest.unexpected_keys
    save(network, folder)
    write_json(folder / "preprocessor_config.json", preprocessing(image.config.image_size))
    write_small_tokenizer(folder)


OPEN_CLIP = {
    "embed_dim": sizes.D,
    "quick_gelu": True,
    "vision_cfg": {
        "image_size": sizes.IMAGE["image_size"],
        "layers": sizes.IMAGE["num_hidden_layers"],
        "width": sizes.D,
        "head_width": sizes.D // sizes.IMAGE["num_attention_heads"],
        "mlp_ratio": 2.0,
        "patch_size": sizes.IMAGE["patch_size"],
    },
    "text_cfg": {
        "context_length": T,
        "vocab_size": sizes.TEXT["vocab_size"],
        "width": sizes.D,
        "heads": sizes.TEXT["num_attention_heads"],
        "layers": sizes.TEXT["num_hidden_layers"],
        "mlp_ratio": 2.0,
    },
}


def write_open_clip(folder: Path) -> None:
    """A folder of open_clip, as its `push_to_hf_hub` writes it."""
    network = with_random_weights(lambda: open_clip.CLIP(**OPEN_CLIP), seed=26)
    folder.mkdir(parents=True)
    save_file(network.state_dict(), folder / "open_clip_model.safetensors")
    seen = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "shortest"}
    write_json(folder / "open_clip_config.json", {"model_cfg": OPEN_CLIP, "preprocess_cfg": seen})
    write_small_tokenizer(folder)


# DALLE2-pytorch's `DiffusionPriorConfig`, in the file of its trainer's configuration.
DALLE2_PRIOR = {
    "clip": {"make": "openai", "model": "ViT-L/14"},
    "net": DALLE2,
    "image_embed_dim": sizes.D,
    "image_size": sizes.IMAGE["image_size"],
    "timesteps": DALLE2["num_timesteps"],
    "cond_drop_prob": 0.1,
    "loss_type": "l2",
    "condition_on_text_encodings": True,
    "sampling_clamp_l2norm": True,
}


def write_dalle2_prior(folder: Path) -> None:
    """A prior of DALLE2-pytorch, its trainer's weights after `safetensors_of`."""
    network = small_network("small-dalle2-prior", seed=27)
    weights = {f"net.{name}": value for name, value in network.state_dict().items()}
    frequencies = 10000 ** -(torch.arange(0, DALLE2["dim_head"], 2).float() / DALLE2["dim_head"])
    for layer in range(DALLE2["depth"]):
        weights[f"net.causal_transformer.layers.{layer}.0.rotary_emb.freqs"] = frequencies.clone()
    weights["noise_scheduler.betas"] = torch.linspace(0, 1, DALLE2["num_timesteps"])
    folder.mkdir(parents=True)
    save_file(weights, folder / "latest.safetensors", {"format": "pt"})
    write_json(folder / "prior_config.json", {"prior": DALLE2_PRIOR, "train": {"epochs": 1}})


def small_network(template: str, seed: int) -> torch.nn.Module:
    """The network of a small template with random weights that no two layers share."""
    (found,) = (one for one in TEMPLATES if one.name == template)
    return with_random_weights(found.build, seed)


def with_random_weights(build: Callable[[], torch.nn.Module], seed: int) -> torch.nn.Module:
    """The network that `build` makes, every weight of it disturbed."""
    torch.manual_seed(seed)
    network = build().eval()
    with torch.no_grad():
        for name, value in parameters(network).items():
            spread = 0.1 if value.ndim < 2 else value[0].numel() ** -0.5
            value.copy_(torch.randn_like(value) * spread + (1 if "norm" in name and name.endswith("weight") else 0))
    return network


def write_index(folder: Path, kind: str, parts: dict[str, tuple[str, str]]) -> None:
    """A pipeline's `model_index.json`."""
    index = {"_class_name": kind, "_diffusers_version": "0.17.0.dev0"}
    write_json(folder / "model_index.json", index | {name: list(part) for name, part in parts.items()})


def write_kandinsky(folders: Path, models: dict, stages: dict) -> None:
    """The folders of Kandinsky 2.2's two pipelines. Its schedulers are its own, the rest of the prior is Karlo's."""
    prior, decoder = (folders / f"small-kandinsky-2-2-{part}" for part in ("prior", "decoder"))
    for component, stage in (("text_encoder", "clip-text"), ("image_encoder", "clip-image"), ("prior", "prior")):
        save(models[stage], prior / component)
    make_scheduler(stages["prior"]["scheduler"] | {"clip": 10}).save_pretrained(prior / "scheduler")
    write_json(
        prior / "image_processor/preprocessor_config.json", preprocessing(models["clip-image"].config.image_size)
    )
    write_small_tokenizer(prior / "tokenizer")
    write_index(
        prior,
        "KandinskyV22PriorPipeline",
        {
            "image_encoder": ("transformers", "CLIPVisionModelWithProjection"),
            "image_processor": ("transformers", "CLIPImageProcessor"),
            "prior": ("diffusers", "PriorTransformer"),
            "scheduler": ("diffusers", "UnCLIPScheduler"),
            "text_encoder": ("transformers", "CLIPTextModelWithProjection"),
            "tokenizer": ("transformers", "CLIPTokenizer"),
        },
    )
    write_kandinsky_decoder(decoder, "small-kandinsky-2-2-decoder", seed=21)
    DDPMScheduler(
        beta_start=0.00085, beta_end=0.012, clip_sample=False, steps_offset=1, variance_type="learned_range"
    ).save_pretrained(decoder / "scheduler")
    write_index(
        decoder,
        "KandinskyV22Pipeline",
        {
            "movq": ("diffusers", "VQModel"),
            "scheduler": ("diffusers", "DDPMScheduler"),
            "unet": ("diffusers", "UNet2DConditionModel"),
        },
    )


def write_kandinsky_decoder(folder: Path, template: str, seed: int) -> None:
    """The networks that paint a latent and a picture."""
    unet = small_network(template, seed)
    with torch.no_grad():
        # A trained network's share of the larger variance is in [-1, 1]; beyond it the last step's noise has no bound.
        for value in unet.conv_out.parameters():
            value.mul_(0.25)
    save(unet, folder / "unet")
    movq = small_network("small-movq-decoder", seed=22)
    with torch.no_grad():
        # The latents of a network that was not trained are several times those of one that was.
        for name, value in parameters(movq).items():
            if ".conv_y." in name or ".conv_b." in name:
                value.mul_(0.1)
    save(movq.half(), folder / "movq")


def write_kandinsky_2_1(folder: Path) -> None:
    """The folder of Kandinsky 2.1's decoder. Its prior's is 2.2's in all but the name of the pipeline."""
    write_kandinsky_decoder(folder, "small-kandinsky-2-1-decoder", seed=28)
    save(small_network("small-multilingual-clip", seed=29), folder / "text_encoder")
    write_multilingual_tokenizer(folder / "tokenizer")
    DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, clip_sample=False, set_alpha_to_one=False, steps_offset=1
    ).save_pretrained(folder / "scheduler")
    write_index(
        folder,
        "KandinskyPipeline",
        {
            "movq": ("diffusers", "VQModel"),
            "scheduler": ("diffusers", "DDIMScheduler"),
            "text_encoder": ("kandinsky", "MultilingualCLIP"),
            "tokenizer": ("transformers", "XLMRobertaTokenizerFast"),
            "unet": ("diffusers", "UNet2DConditionModel"),
        },
    )


def write_stable_unclip(folder: Path, models: dict) -> None:
    """A folder of `StableUnCLIPImg2ImgPipeline`, with the names of weights that its repositories have."""
    text = CLIPTextModel(models["clip-text"].config)
    states = {name: value for name, value in models["clip-text"].state_dict().items() if name.startswith("text_model.")}
    text.load_state_dict({name.removeprefix("text_model."): value for name, value in states.items()})
    save(text, folder / "text_encoder")
    save_file(states, folder / "text_encoder/model.safetensors", {"format": "pt"})
    save(models["clip-image"], folder / "image_encoder")
    save(small_network("small-stable-unclip-decoder", seed=23), folder / "unet")
    vae = small_network("small-vae-decoder", seed=24)
    save(vae, folder / "vae")
    named = {renamed(name, BEFORE): value for name, value in vae.state_dict().items()}
    save_file(named, folder / "vae/diffusion_pytorch_model.safetensors", {"format": "pt"})
    normaliser = StableUnCLIPImageNormalizer(models["clip-image"].config.projection_dim)
    with torch.no_grad():
        normaliser.mean.copy_(torch.linspace(-0.5, 0.5, normaliser.mean.numel())[None])
        normaliser.std.copy_(torch.linspace(0.8, 1.2, normaliser.std.numel())[None])
    save(normaliser, folder / "image_normalizer")
    DDPMScheduler(beta_schedule="squaredcos_cap_v2").save_pretrained(folder / "image_noising_scheduler")
    PNDMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        skip_prk_steps=True,
        steps_offset=1,
    ).save_pretrained(folder / "scheduler")
    write_json(
        folder / "feature_extractor/preprocessor_config.json", preprocessing(models["clip-image"].config.image_size)
    )
    write_small_tokenizer(folder / "tokenizer")
    write_index(
        folder,
        "StableUnCLIPImg2ImgPipeline",
        {
            "feature_extractor": ("transformers", "CLIPImageProcessor"),
            "image_encoder": ("transformers", "CLIPVisionModelWithProjection"),
            "image_normalizer": ("stable_diffusion", "StableUnCLIPImageNormalizer"),
            "image_noising_scheduler": ("diffusers", "DDPMScheduler"),
            "scheduler": ("diffusers", "PNDMScheduler"),
            "text_encoder": ("transformers", "CLIPTextModel"),
            "tokenizer": ("transformers", "CLIPTokenizer"),
            "unet": ("diffusers", "UNet2DConditionModel"),
            "vae": ("diffusers", "AutoencoderKL"),
        },
    )


def renamed(parameter: str, layout: dict) -> str:
    """The name of the tensor that holds the parameter in a layout."""
    for rule in layout["rules"]:
        if re.search(rule["parameter"], parameter):
            return re.sub(rule["parameter"], rule["tensor"].replace("$", "\\"), parameter)
    return parameter


def write_eclipse(folder: Path) -> None:
    """ECLIPSE's folder: a prior that names the class of diffusers."""
    network = small_network("small-eclipse-prior", seed=25)
    save(network, folder)
    config = json.loads((folder / "config.json").read_text())
    config = {name: value for name, value in config.items() if not name.startswith("time_")}
    write_json(folder / "config.json", config | {"_class_name": "PriorTransformer"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=CHECKPOINTS)
    arguments = parser.parse_args()
    models, manifest = load_models(RANDOM_PACK)
    shutil.rmtree(arguments.out, ignore_errors=True)
    write_karlo(arguments.out / "small-karlo", models, manifest)
    write_clip(arguments.out / "small-clip", models["clip-text"], models["clip-image"])
    write_kandinsky(arguments.out, models, manifest["stages"])
    write_kandinsky_2_1(arguments.out / "small-kandinsky-2-1")
    write_stable_unclip(arguments.out / "small-stable-unclip", models)
    write_eclipse(arguments.out / "small-eclipse")
    write_open_clip(arguments.out / "small-open-clip")
    write_dalle2_prior(arguments.out / "small-dalle2-prior")
    files = [path for path in arguments.out.rglob("*") if path.is_file()]
    print(f"wrote {len(files)} files, {sum(path.stat().st_size for path in files) / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
