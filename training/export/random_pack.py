"""Exports the random-weight pack that tests run: `python -m training.export.random_pack` (seed printed)."""

import argparse
from pathlib import Path

from training.export.onnx_export import export_stage
from training.export.pack import clip_parts, rounded, scheduler, stage_sections, write_pack
from training.export.random_models import BOS, EOS, D, T, random_models, tiny_tokenizer
from training.paths import RANDOM_PACK


def manifest(models: dict) -> dict:
    """The random pack's manifest, less file names and hashes."""
    prior, clip = models["prior"], "random-clip"
    null = models["decoder-condition"].learned_classifier_free_guidance_embeddings
    enlarging = scheduler("epsilon", "fixed-small-log", 1)
    sampled = {
        "prior": {"scheduler": scheduler("sample", "fixed-small-log", 5), "defaults": {"steps": 3, "guidanceScale": 2}},
        "decoder": {
            "size": 16,
            "scheduler": scheduler("epsilon", "learned-range", 1),
            "defaults": {"steps": 3, "guidanceScale": 3},
        },
        "upsampler-256": {"size": 32, "scheduler": enlarging, "defaults": {"steps": 3}},
        "upsampler-1024": {"size": 64, "scheduler": enlarging, "defaults": {"steps": 3}},
    }
    stages = stage_sections(
        clip,
        null=rounded(null.tolist()),
        mean=rounded(prior.clip_mean[0].tolist()),
        std=rounded(prior.clip_std[0].tolist()),
        sampled=sampled,
    )
    # As Karlo's first upsampler: another network takes the last step.
    stages["upsampler-256-last"] = {"role": "denoiser", "finishes": "upsampler-256"}
    return {
        "format": "clipwork-pack/2",
        "name": "random-pack",
        "title": "Random weights for tests",
        "version": "0.1.0",
        "licence": "Apache-2.0",
        **clip_parts(
            clip,
            dimension=D,
            width=D,
            context_length=T,
            image_size=16,
            specials={"bos": BOS, "eos": EOS, "pad": EOS, "unknown": None},
        ),
        "vocabulary": {"solid": ["cube"], "colour": ["red", "blue"]},
        "stages": stages,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RANDOM_PACK)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    models, sizes = random_models(arguments.seed)
    files = {}
    for stage, model in models.items():
        files[stage], error, _ = export_stage(stage, model, sizes, half=False)
        print(f"{stage:20} {len(files[stage]) / 1024:7.1f} KiB  max error against torch {error:.1e}")
        assert error <= 1e-5, stage
    write_pack(arguments.out, manifest(models), files, tiny_tokenizer().to_str(pretty=False).encode())
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
