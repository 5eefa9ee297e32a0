"""Times diffusers' `UnCLIPPipeline` on a pack's weights, for `npm run bench`.

Says {"versions"} when it is ready; for each line {"precision", "seed"} on standard input it draws one 256 px picture
and prints the seconds of each stage as JSON. `echo '{"precision": "float32", "seed": 1}' | python -m
training.judge.diffusers_speed` does one.
"""

import argparse
import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import diffusers
import torch
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline

from training.export.pack import as_diffusers
from training.export.pack_pipeline import load_pipeline
from training.paths import TOYBOX


class StageClock:
    """Notes when the pipeline first calls the component with which a stage begins."""

    def __init__(self, pipeline: UnCLIPPipeline):
        self.starts: dict[str, float] = {}
        for stage, component in (("decoder", pipeline.text_proj), ("upsampler-256", pipeline.super_res_first)):
            component.register_forward_pre_hook(lambda *_, stage=stage: self.note(stage))

    def note(self, stage: str) -> None:
        self.starts.setdefault(stage, time.perf_counter())

    def seconds(self, start: float, end: float) -> dict[str, float]:
        """Seconds of each stage of a run, and of all of it; the prior's hold the encoding of the caption."""
        decoder, upsampler = self.starts["decoder"], self.starts["upsampler-256"]
        self.starts.clear()
        return {
            "prior": decoder - start,
            "decoder": upsampler - decoder,
            "upsampler-256": end - upsampler,
            "all": end - start,
        }


def draw(
    pipeline: UnCLIPPipeline, clock: StageClock, caption: str, stages: dict, precision: str, seed: int
) -> dict[str, float]:
    """Draws one picture with the pack's default steps and guidance, and times it."""
    defaults = {stage: as_diffusers(stages[stage]) for stage in ("prior", "decoder", "upsampler-256")}
    autocast = torch.autocast("cpu", torch.bfloat16) if precision == "bfloat16" else nullcontext()
    start = time.perf_counter()
    with autocast:
        pipeline(
            caption,
            generator=torch.Generator().manual_seed(seed),
            output_type="np",
            prior_num_inference_steps=defaults["prior"]["steps"],
            prior_guidance_scale=defaults["prior"]["guidanceScale"],
            decoder_num_inference_steps=defaults["decoder"]["steps"],
            decoder_guidance_scale=defaults["decoder"]["guidanceScale"],
            super_res_num_inference_steps=defaults["upsampler-256"]["steps"],
        )
    return clock.seconds(start, time.perf_counter())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=TOYBOX)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--caption", default="a red cube on sand")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    manifest = json.loads((arguments.pack / "manifest.json").read_text())
    pipeline = load_pipeline(arguments.pack, manifest)
    clock = StageClock(pipeline)
    print(json.dumps({"versions": f"diffusers {diffusers.__version__} and torch {torch.__version__}"}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        seconds = draw(pipeline, clock, arguments.caption, manifest["stages"], order["precision"], order["seed"])
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
