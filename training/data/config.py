"""What `configs/scenes.json` and `scenes-2.json` say."""

from dataclasses import dataclass

from training.read_config import Count, Index


@dataclass(frozen=True, kw_only=True)
class SceneCounts:
    """Pictures to render of each split."""

    train: Count
    validation: Count  # for sheets and choices during training
    evaluation: Count  # for figures alone: nothing is ever chosen by them


@dataclass(frozen=True, kw_only=True)
class ScenesConfig:
    """The rendered pictures that CLIP, classifier, prior and decoder are trained and judged on."""

    seed: Index  # of all splits; each scene has a stream of its own, keyed (seed, split, index)
    size: Count  # side of a picture in pixels
    supersample: Count  # samples of a pixel are the square of this
    shard: Count  # pictures of one file
    counts: SceneCounts
    output: str  # folder of the shards, relative to training/
