"""Writes test/parity/goldens/kandinsky-2-1.json: Kandinsky 2.1's own pipelines on small random folders, step by step.

`python -m training.export.kandinsky_2_1_goldens`, after `small_checkpoints`. The pipelines are diffusers', loops and
all; only their noise is counted (docs/decisions/0002-noise.md). README.md beside the goldens explains the keys.
"""

import torch
from diffusers import KandinskyPipeline, KandinskyPriorPipeline, KandinskyV22PriorPipeline
from transformers import XLMRobertaTokenizer

from training.export.golden_file import write_golden
from training.export.kandinsky_goldens import FOLDERS, HEIGHT, SCALE, SEEDS, STEPS, WIDTH, quiet, run_of, watch
from training.export.random_goldens import CAPTIONS, pack_array
from training.paths import CHECKPOINTS
from training.train.diffusion.sampling import counted_noise

DECODER = CHECKPOINTS / "small-kandinsky-2-1"
CAPTION, NEGATIVE = "ein roter Würfel vor einer blauen Kugel", "красный куб"
LENGTH = 77
# What a tokenizer of many languages meets.
TEXTS = (
    "",
    " ",
    CAPTION,
    NEGATIVE,
    "A RED CUBE, a blue sphere!",
    "un cube rouge   sur une\n\tsphère\u00a0bleue",
    "青い球の上の赤い立方体",
    "ｆｕｌｌ　ｗｉｄｔｈ ① ﬁne ㎏ ～ ½ Å",
    "e\u0301te\u0301 et été, İstanbul, ǅ, ß",
    "▁cube▁ and <mask",
    "a \u200b cube\ufeff \u2028 sphere\u0000\u0007",
    "🟥🧊 cube 👍🏽 and 🇩🇪",
    "cube " * 100,
    "würfel" * 40,
    "שלום العالم नमस्ते ไทย",
)


@torch.no_grad()
def prior_run() -> tuple[dict, torch.Tensor, torch.Tensor]:
    """The prior without a negative caption: its embedding, and that of a picture of zeros. Its parts are 2.2's."""
    parts = KandinskyV22PriorPipeline.from_pretrained(FOLDERS["prior"]).components
    pipeline = quiet(KandinskyPriorPipeline(**parts))
    seeds = SEEDS[:1]
    steps = watch(pipeline.scheduler, "prior", seeds)
    width = pipeline.prior.config.embedding_dim
    image, zero = pipeline(
        CAPTIONS[0],
        num_inference_steps=STEPS,
        latents=counted_noise("prior", (width,), seeds, 0),
        guidance_scale=SCALE,
        return_dict=False,
    )
    packed = {"image": pack_array(image), "zero": pack_array(zero), "caption": CAPTIONS[0]}
    return run_of(steps, seeds) | packed, image, zero


@torch.no_grad()
def caption_of(pipeline, text: str) -> dict:
    """What the decoder reads of a caption."""
    embedding, states, mask = pipeline._encode_prompt(text, "cpu", 1, False)
    return {"text": text, "embedding": pack_array(embedding), "states": pack_array(states), "mask": pack_array(mask)}


@torch.no_grad()
def decoder_run(image: torch.Tensor, zero: torch.Tensor) -> dict:
    """The decoder's steps on a caption and a negative one, and its picture, in [-1, 1] and not clamped."""
    pipeline = quiet(KandinskyPipeline.from_pretrained(DECODER))
    seeds = SEEDS[:1]
    captions = [caption_of(pipeline, text) for text in (CAPTION, NEGATIVE)]
    steps = watch(pipeline.scheduler, "decoder", seeds)
    factor = pipeline.movq_scale_factor
    pipeline(
        CAPTION,
        image_embeds=image,
        negative_image_embeds=zero,
        negative_prompt=NEGATIVE,
        width=WIDTH,
        height=HEIGHT,
        num_inference_steps=STEPS,
        guidance_scale=SCALE,
        latents=counted_noise(
            "decoder", (pipeline.unet.config.in_channels, HEIGHT // factor, WIDTH // factor), seeds, 0
        ),
        output_type="pt",
        return_dict=False,
    )
    picture = pipeline.movq.decode(steps[-1]["next"], force_not_quantize=True).sample
    return run_of(steps, seeds) | {"picture": pack_array(picture), "captions": captions}


def tokens() -> list[dict]:
    """Texts as the tokenizer cuts them, fills excepted."""
    tokenizer = XLMRobertaTokenizer.from_pretrained(DECODER / "tokenizer")
    cut = lambda text: tokenizer(text, truncation=True, max_length=LENGTH).input_ids
    return [{"text": text, "ids": cut(text)} for text in TEXTS]


def make() -> dict:
    prior, image, zero = prior_run()
    return {"size": [WIDTH, HEIGHT], "prior": prior, "decoder": decoder_run(image, zero), "tokens": tokens()}


if __name__ == "__main__":
    write_golden(__doc__, "kandinsky-2-1.json", make)
