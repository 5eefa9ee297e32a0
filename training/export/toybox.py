"""Exports the run folders as a pack: `python -m training.export.toybox --out packs/toybox`.

Every stage is compared with torch in onnxruntime; untrained stages are exported with random weights and named.
"""

import argparse
import time
from pathlib import Path

import torch

from training.data.captions import vocabulary
from training.export.arrays import put_arrays
from training.export.components import STAGES, Toybox, load_toybox
from training.export.onnx_export import export_stage
from training.export.pack import clip_parts, put_stages, rounded, scheduler, stage_sections, write_pack
from training.paths import RUNS, TOYBOX
from training.train.config import AutoregressiveNetwork
from training.train.image_codes import read_arrays
from training.train.tokenizer_bpe import BOS, CONTEXT_LENGTH, EOS

# The decoder's own way was chosen by measurement (MODEL_CARD.md, Rows): trailing timesteps, and 25 for a clean end.
DECODER_TIMESTEPS = [*range(999, 98, -100), 25]
DEFAULTS = {
    "prior": {"steps": 25, "guidanceScale": 2},
    "decoder": {"steps": len(DECODER_TIMESTEPS), "guidanceScale": 2.5, "guidanceInterval": [0.15, 0.75]},
    "upsampler-256": {"steps": 7},
    "upsampler-1024": {"steps": 4},
}
DECODER_PRESETS = {"diffusers": {"sampler": "ddpm", "steps": 25}, "ddim": {"sampler": "ddim", "steps": 25}}
AUTOREGRESSIVE_DEFAULTS = {"guidanceScale": 1.5, "temperature": 1, "topFraction": 0.5}
SIZES = {"decoder": 64, "upsampler-256": 256, "upsampler-1024": 1024}
# Stored weights move the outputs by less than this share of their range: in float16, and the largest in eight bits.
HALF_TOLERANCE, SMALL_TOLERANCE = 2e-3, 1e-2
# The stages whose largest weights take eight bits (docs/decisions/0045-toybox-2.md).
SMALL = ("decoder",)


def manifest(toybox: Toybox, version: str) -> dict:
    """The toybox's manifest (docs/pack-format.md), less file names and hashes."""
    models, configs = toybox.models, toybox.configs
    prior, clip = models["prior"], "toybox-clip"
    null = models["decoder-condition"].learned_classifier_free_guidance_embeddings
    schedulers = {stage: configs.scheduler(stage) for stage in DEFAULTS}
    sampled = {
        stage: {"scheduler": scheduler(s.prediction, s.variance, s.clip), "defaults": DEFAULTS[stage]}
        for stage, s in schedulers.items()
    }
    sampled["decoder"]["scheduler"] |= {"timesteps": DECODER_TIMESTEPS, "sampler": "dpm++2m"}
    sampled["decoder"]["presets"] = DECODER_PRESETS
    for stage, size in SIZES.items():
        sampled[stage]["size"] = size
    return {
        "format": "clipwork-pack/2",
        "name": "toybox",
        "title": "Toybox",
        "version": version,
        "licence": "Apache-2.0",
        **clip_parts(
            clip,
            dimension=configs.clip.dimension,
            width=configs.clip.text.hidden_size,
            context_length=CONTEXT_LENGTH,
            image_size=64,
            specials={"bos": BOS, "eos": EOS, "pad": EOS, "unknown": None},
        ),
        "vocabulary": vocabulary(),
        "stages": stage_sections(
            clip,
            null=rounded(null.tolist()),
            mean=rounded(prior.clip_mean[0].tolist()),
            std=rounded(prior.clip_std[0].tolist()),
            sampled=sampled,
        )
        | {"autoregressive-prior": autoregressive_section(clip, configs.autoregressive.network)},
    }


def autoregressive_section(clip: str, network: AutoregressiveNetwork) -> dict:
    """The section of the autoregressive prior, less file name and hash."""
    return {
        "role": "autoregressive-prior",
        "space": clip,
        "text": clip,
        "codes": network.num_codes,
        "buckets": network.num_buckets,
        "layers": network.num_layers,
        "width": network.width,
        "defaults": AUTOREGRESSIVE_DEFAULTS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, default=RUNS)
    parser.add_argument("--out", type=Path, default=TOYBOX)
    parser.add_argument("--version", default="2.0.0")
    parser.add_argument("--only", nargs="+", choices=STAGES, help="stages to put into the pack that is there")
    parser.add_argument("--full-precision", action="store_true", help="store float32 weights")
    arguments = parser.parse_args()
    toybox, files = load_toybox(arguments.runs), {}
    sizes = toybox.sizes()
    if toybox.random:
        print(f"no trained weights (random, seed 0): {', '.join(toybox.random)}")
    for stage in arguments.only or STAGES:
        start = time.monotonic()
        half, small = not arguments.full_precision, stage in SMALL and not arguments.full_precision
        files[stage], exact, error = export_stage(stage, toybox.models[stage], sizes, half=half, small=small)
        size, seconds = len(files[stage]) / 2**20, time.monotonic() - start
        errors = f"max error against torch: float32 {exact:.1e}, as stored {error:.1e}"
        print(f"{stage:18} {size:6.2f} MiB  {errors}  ({seconds:.0f} s)", flush=True)
        if exact > 1e-4 or error > (SMALL_TOLERANCE if small else HALF_TOLERANCE):
            raise SystemExit(f"{stage}: the exported network differs from torch")
    described = manifest(toybox, arguments.version)
    if arguments.only:
        put_stages(arguments.out, described["stages"], files, arguments.version)
    else:
        write_pack(arguments.out, described, files, toybox.tokenizer_file.read_bytes())
    if "autoregressive-prior" in files:
        for name, arrays in read_arrays(arguments.runs / "autoregressive-prior").items():
            put_arrays(arguments.out, name, arrays)
    print(f"wrote {arguments.out}: {sum(len(f) for f in files.values()) / 2**20:.1f} MiB in all")
    pipeline = toybox.pipeline()
    pipeline.set_progress_bar_config(disable=True)
    image = pipeline(
        "a red cube on sand",
        prior_num_inference_steps=2,
        decoder_num_inference_steps=2,
        super_res_num_inference_steps=2,
        generator=torch.Generator().manual_seed(0),
        output_type="np",
    ).images
    print(f"UnCLIPPipeline runs on these components: image {image.shape[1:]}")


if __name__ == "__main__":
    main()
