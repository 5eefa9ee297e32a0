"""The settings of every trainer: one frozen dataclass for each file of `configs/`, and the sections that they share.

Shares lie between 0 and 1. Folders are relative to training/. Steps are steps of the optimiser, each of one batch.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from training.paths import CONFIGS
from training.read_config import ConfigError, Count, Index, NotNegative, Positive, Range, Share, read_config

UpsamplerStage = Literal["upsampler-256", "upsampler-1024"]
PositiveShare = Annotated[float, Range(1e-3, 1)]


@dataclass(frozen=True, kw_only=True)
class TrainerConfig:
    """What the training loop needs to know, whatever is trained."""

    stage: str  # what is trained, as it is called in logs
    run: str  # folder of the run
    seed: Index  # of the initial weights, and with the step's number of all that a step draws
    data: str  # folder of the rendered scenes or crops
    steps: Count  # the budget
    batch: Count  # samples of a step
    learning_rate: Positive  # its maximum; it falls to 0 at the end of the budget
    warmup_steps: Count  # the learning rate rises linearly over so many
    decay_share: PositiveShare  # of the budget, the last part: there the learning rate falls along a cosine
    betas: tuple[Share, Share]  # of AdamW
    weight_decay: NotNegative  # of matrices and kernels; vectors (norms, biases) have none
    gradient_clip: Positive  # largest norm of the whole gradient
    ema: Share  # decay of the averaged weights a step; these are sampled from, saved and exported
    sheet_at: tuple[Count, ...]  # steps after which a sheet is drawn, besides the last
    save_minutes: Positive  # by the clock, between two checkpoints


@dataclass(frozen=True, kw_only=True)
class TextTower:
    """Sizes of `CLIPTextConfig`."""

    hidden_size: Count
    intermediate_size: Count
    num_hidden_layers: Count
    num_attention_heads: Count


@dataclass(frozen=True, kw_only=True)
class VisionTower:
    """Sizes of `CLIPVisionConfig`."""

    hidden_size: Count
    intermediate_size: Count
    num_hidden_layers: Count
    num_attention_heads: Count
    patch_size: Count  # side in pixels


@dataclass(frozen=True, kw_only=True)
class ClipConfig(TrainerConfig):
    """configs/clip.json."""

    tokenizer_seed: Index  # of the captions that the tokenizer is trained on
    dimension: Count  # of the embeddings, D
    text: TextTower
    vision: VisionTower
    norm_weight: NotNegative  # in the loss, of the penalty that keeps norms near sqrt(D)
    attribute_weight: NotNegative  # in the loss, at first, of heads that read the attributes; it fades out
    near_misses: Count  # captions of near misses a batch, negatives of every picture
    full_captions: Share  # of captions that name every attribute
    lettered_share: Share  # of the batch drawn from scenes with a painted word


@dataclass(frozen=True, kw_only=True)
class ClassifierConfig(TrainerConfig):
    """configs/classifier.json."""

    widths: tuple[Count, ...]  # channels of each block; a block halves the side
    hidden: Index  # width of the layer before the heads, 0 for none
    noise: NotNegative  # largest standard deviation of the noise on a picture in [-1, 1]
    blur: Share  # of pictures that are blurred


@dataclass(frozen=True, kw_only=True)
class Timesteps:
    """How t is drawn (`schedule.sample_timesteps`): a share uniformly, the rest 1000 sigmoid(normal)."""

    uniform_share: Share
    mean: float  # of the normal
    std: Positive  # of the normal


@dataclass(frozen=True, kw_only=True)
class Scheduler:
    """What a network's own run decides of a manifest's scheduler, under its names (docs/pack-format.md)."""

    trainTimesteps: Count
    prediction: Literal["epsilon", "sample"]
    variance: Literal["fixed-small-log", "learned-range"]
    clip: Positive  # x_0 is clamped to plus and minus this


@dataclass(frozen=True, kw_only=True)
class DiffusionConfig(TrainerConfig):
    """What trainers of diffusion models share."""

    timesteps: Timesteps
    scheduler: Scheduler  # of sheets, and of the exported pack
    sheet_steps: Annotated[int, Range(2)]  # steps of the sampler that draws a sheet


@dataclass(frozen=True, kw_only=True)
class PriorNetwork:
    """Arguments of diffusers' `PriorTransformer`."""

    num_attention_heads: Count
    attention_head_dim: Count
    num_layers: Count
    embedding_dim: Count  # D
    num_embeddings: Count  # tokens of a caption, T
    additional_embeddings: Count  # text embedding, timestep, x_t and the learned query


@dataclass(frozen=True, kw_only=True)
class PriorConfig(DiffusionConfig):
    """configs/prior.json."""

    clip: str  # folder of the trained CLIP's run
    drop_text: Share  # of captions replaced by ""
    prior: PriorNetwork
    sheet_guidance: tuple[NotNegative, ...]  # guidance scales that a sheet compares


@dataclass(frozen=True, kw_only=True)
class AutoregressiveNetwork:
    """Arguments of `AutoregressivePrior`."""

    num_attention_heads: Count
    attention_head_dim: Count
    num_layers: Count
    embedding_dim: Count  # D
    num_embeddings: Count  # tokens of a caption, T
    text_width: Count  # of a caption's states, W
    num_codes: Count  # of an embedding, K
    num_buckets: Annotated[int, Range(3)]  # values of a code, B
    dropout: Share

    @property
    def width(self) -> int:
        """Numbers of a place, w."""
        return self.num_attention_heads * self.attention_head_dim


@dataclass(frozen=True, kw_only=True)
class AutoregressivePriorConfig(TrainerConfig):
    """configs/autoregressive-prior.json."""

    clip: str  # folder of the trained CLIP's run, or of a pack
    scenes: Count  # trained on: the first of them
    largest_error: PositiveShare  # of the embeddings' variance, that leaving out principal components may lose
    tail: Share  # of a component's values, on either side, that the outermost bucket holds
    drop_text: Share  # of captions whose place the learned null takes
    network: AutoregressiveNetwork
    sheet_guidance: tuple[NotNegative, ...]  # guidance scales that a sheet compares


@dataclass(frozen=True, kw_only=True)
class DecoderUnet:
    """Arguments of diffusers' `UNet2DConditionModel`."""

    layers_per_block: Count
    block_out_channels: tuple[Count, ...]
    down_block_types: tuple[str, ...]
    mid_block_type: str
    up_block_types: tuple[str, ...]
    cross_attention_dim: Count  # C
    attention_head_dim: Count
    class_embed_type: str
    resnet_time_scale_shift: str
    time_embedding_dim: Count  # E


@dataclass(frozen=True, kw_only=True)
class DecoderNetwork:
    """Arguments of `PixelUnshuffleUNet2DConditionModel`."""

    unshuffle: Count  # side of the square of pixels that becomes channels
    inner: Literal["v", "epsilon"]  # what the inner network predicts
    sample_size: Count  # side of a picture in pixels
    head_channels: Index  # outputs a pixel that the head at full size sees, 0 for no head
    unet: DecoderUnet


@dataclass(frozen=True, kw_only=True)
class ConditionNetwork:
    """Arguments of diffusers' `UnCLIPTextProjModel`."""

    clip_embeddings_dim: Count  # D
    time_embed_dim: Count  # E
    cross_attention_dim: Count  # C
    clip_extra_context_tokens: Count


@dataclass(frozen=True, kw_only=True)
class DecoderConfig(DiffusionConfig):
    """configs/decoder.json, decoder-polish.json and decoder-2.json."""

    clip: str  # folder of the trained CLIP's run, or of a pack
    captions: Count  # told of each scene, in all
    half_size_share: Share  # of the budget, the first part, trained at half the size
    half_size_batch: Count  # samples of a step there
    variance_weight: NotNegative  # in the loss, of the learned variance's divergence in bits a dimension
    edge_weight: NotNegative  # in the loss, of the error's differences between neighbouring pixels
    variance_strides: tuple[Count, Count]  # timesteps that the step whose variance is learned spans: least and most
    favoured_relations: tuple[Literal["on", "left", "front"], ...]  # one named twice comes twice as often
    favoured_share: Share  # of the batch drawn from scenes of these relations
    drop_image: Share  # of image embeddings replaced by the learned null
    drop_text: Share  # of captions replaced by ""
    decoder: DecoderNetwork
    condition: ConditionNetwork
    guidance_scale: NotNegative  # of sheets


@dataclass(frozen=True, kw_only=True)
class TurboConfig(TrainerConfig):
    """configs/turbo-decoder.json and turbo-prior.json; `data` is the folder where trajectories are kept."""

    teacher: Literal["prior", "decoder"]
    pack: str  # folder of the pack whose networks teach
    trajectories: Count  # that are drawn from, in all
    fresh: Count  # of them a step, so that the first steps need not wait for all
    teacher_timesteps: tuple[Index, ...]  # of DPM-Solver++(2M)
    timesteps: tuple[Index, ...]  # of the student's steps of DDIM, some of the teacher's
    guidance_scale: NotNegative  # of the teacher
    guidance_interval: tuple[Share, Share]  # where the teacher is guided, as shares of the noise schedule
    own_share: Share  # of samples that go on from where the student itself has come
    drop_text: Share  # of captions replaced by ""
    edge_weight: NotNegative  # in the loss, of the error's differences between neighbouring pixels
    rank: Index  # of what the student adds to a weight, 0 to train all of it

    def __post_init__(self) -> None:
        """Raises ConfigError unless the student starts where the teacher does: anywhere else x is no noise any more."""
        if not self.timesteps or self.timesteps[:1] != self.teacher_timesteps[:1]:
            raise ConfigError(
                f"timesteps must begin with the first of teacher_timesteps, where x is noise: "
                f"{[*self.timesteps]} and {[*self.teacher_timesteps]}"
            )


@dataclass(frozen=True, kw_only=True)
class Light:
    """A light blur and a little noise (`degrade.light`)."""

    kind: Literal["light"]
    blur_probability: Share
    noise_std: NotNegative  # largest standard deviation, on pixels in [-1, 1]


@dataclass(frozen=True, kw_only=True)
class Bsr:
    """A chain of degradations in random order (`degrade.bsr`)."""

    kind: Literal["bsr"]
    noise_std: NotNegative  # largest standard deviation, on pixels in [-1, 1]
    clean_share: Share  # of conditions left as they are


@dataclass(frozen=True, kw_only=True)
class UpsamplerUnet:
    """Arguments of diffusers' `UNet2DModel`."""

    layers_per_block: Count
    block_out_channels: tuple[Count, ...]
    down_block_types: tuple[str, ...]
    up_block_types: tuple[str, ...]
    resnet_time_scale_shift: str
    time_embedding_dim: Count


@dataclass(frozen=True, kw_only=True)
class UpsamplerNetwork:
    """Arguments of `PixelUnshuffleUNet2DModel`."""

    unshuffle: Count  # side of the square of pixels that becomes channels
    residual_std: Positive  # largest standard deviation of picture minus condition, on pixels in [-1, 1]
    sample_size: Count  # side of a picture in pixels
    unet: UpsamplerUnet


@dataclass(frozen=True, kw_only=True)
class UpsamplerConfig(DiffusionConfig):
    """configs/upsampler-256.json and upsampler-1024.json."""

    stage: UpsamplerStage
    patch: Count  # side in pixels of the squares that it is trained on
    degradation: Light | Bsr  # what the condition suffers
    model: UpsamplerNetwork


@dataclass(frozen=True)
class ToyboxConfigs:
    """The configurations by which the toybox's networks are built and exported."""

    clip: ClipConfig
    prior: PriorConfig
    autoregressive: AutoregressivePriorConfig
    decoder: DecoderConfig
    upsamplers: dict[str, UpsamplerConfig]  # by stage

    def scheduler(self, stage: str) -> Scheduler:
        """The scheduler of a sampled stage."""
        return ({"prior": self.prior, "decoder": self.decoder} | self.upsamplers)[stage].scheduler


def read_toybox_configs() -> ToyboxConfigs:
    """What `configs/` says today."""
    upsamplers = {
        stage: read_config(CONFIGS / f"{stage}.json", UpsamplerConfig) for stage in ("upsampler-256", "upsampler-1024")
    }
    return ToyboxConfigs(
        read_config(CONFIGS / "clip.json", ClipConfig),
        read_config(CONFIGS / "prior.json", PriorConfig),
        read_config(CONFIGS / "autoregressive-prior.json", AutoregressivePriorConfig),
        read_config(CONFIGS / "decoder-2.json", DecoderConfig),
        upsamplers,
    )
