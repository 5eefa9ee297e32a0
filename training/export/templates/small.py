"""Templates of the random networks that tests run: each family's classes at the smallest useful size."""

from training.export import random_models as sizes
from training.export.templates import clip, unclip

TEMPLATES = (
    clip.clip_text("small-karlo-text", **sizes.TEXT),
    clip.clip_image("small-karlo-image", **sizes.IMAGE),
    unclip.prior("small-karlo-prior", **sizes.PRIOR),
    unclip.condition("small-karlo-condition", length=sizes.T, **sizes.CONDITION),
    unclip.decoder("small-karlo-decoder", length=4 + sizes.T, **sizes.DECODER),
    unclip.upsampler("small-karlo-upsampler", **sizes.UPSAMPLER_256),
)
