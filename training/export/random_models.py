"""Every stage with random weights at the smallest useful size, in the true classes of the Karlo checkpoint."""

import torch
from diffusers import PriorTransformer, UNet2DConditionModel, UNet2DModel
from diffusers.models.attention_processor import AttnAddedKVProcessor, AttnProcessor
from diffusers.pipelines.deprecated.unclip import UnCLIPTextProjModel
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig, CLIPVisionModelWithProjection

D, T, C, E = 16, 8, 16, 32
BOS, EOS = "<|startoftext|>", "<|endoftext|>"
MERGES = ["r e", "re d</w>", "c u", "b e</w>", "cu be</w>", "b l", "u e</w>", "bl ue</w>"]


def tiny_tokenizer() -> Tokenizer:
    """A byte-level BPE tokenizer in CLIP's form whose few merges know "red", "blue" and "cube"."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [
        *alphabet,
        *(letter + "</w>" for letter in alphabet),
        *(merge.replace(" ", "") for merge in MERGES),
        BOS,
        EOS,
    ]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    tokenizer = Tokenizer(
        models.BPE(
            vocab=vocabulary, merges=[tuple(m.split()) for m in MERGES], end_of_word_suffix="</w>", unk_token=EOS
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    pattern = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), "removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(
        (EOS, vocabulary[EOS]), (BOS, vocabulary[BOS]), add_prefix_space=False, trim_offsets=False
    )
    tokenizer.add_special_tokens([BOS, EOS])
    return tokenizer


def upsampler(size: int, channels: tuple[int, int]) -> dict:
    """Fields of Karlo's super-resolution class with `channels` and no attention, for [N, 6, size, size] inputs."""
    return {
        "sample_size": size,
        "in_channels": 6,
        "out_channels": 3,
        "layers_per_block": 1,
        "block_out_channels": channels,
        "norm_num_groups": 4,
        "down_block_types": ("ResnetDownsampleBlock2D",) * 2,
        "up_block_types": ("ResnetUpsampleBlock2D",) * 2,
        "add_attention": False,
        "resnet_time_scale_shift": "scale_shift",
    }


TEXT = {
    "vocab_size": tiny_tokenizer().get_vocab_size(),
    "hidden_size": D,
    "intermediate_size": 2 * D,
    "projection_dim": D,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": T,
}
IMAGE = {
    "hidden_size": D,
    "intermediate_size": 2 * D,
    "projection_dim": D,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 16,
    "patch_size": 4,
}
PRIOR = {
    "num_attention_heads": 2,
    "attention_head_dim": 8,
    "num_layers": 2,
    "embedding_dim": D,
    "num_embeddings": T,
    "additional_embeddings": 4,
}
CONDITION = {"clip_embeddings_dim": D, "time_embed_dim": E, "cross_attention_dim": C}
DECODER = {
    "sample_size": 16,
    "in_channels": 3,
    "out_channels": 6,
    "layers_per_block": 1,
    "block_out_channels": (8, 16),
    "norm_num_groups": 4,
    "down_block_types": ("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "up_block_types": ("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
    "cross_attention_dim": C,
    "attention_head_dim": 8,
    "class_embed_type": "identity",
    "resnet_time_scale_shift": "scale_shift",
}
UPSAMPLER_256 = upsampler(32, (4, 8))


def random_models(seed: int) -> tuple[dict[str, torch.nn.Module], dict]:
    """The models by stage, and the sizes by which `onnx_export.example_feeds` makes inputs.

    Constant parameters (zeros, norm weights of one) are disturbed too: they would hide a stage that ignores them.
    """
    torch.manual_seed(seed)
    vocabulary = TEXT["vocab_size"]
    text = CLIPTextModelWithProjection(
        CLIPTextConfig(
            **TEXT,
            bos_token_id=vocabulary - 2,
            eos_token_id=vocabulary - 1,
            pad_token_id=vocabulary - 1,
            attn_implementation="eager",
        )
    )
    image = CLIPVisionModelWithProjection(CLIPVisionConfig(**IMAGE, attn_implementation="eager"))
    prior = PriorTransformer(**PRIOR)
    prior.set_attn_processor(AttnProcessor())
    condition = UnCLIPTextProjModel(**CONDITION)
    decoder = UNet2DConditionModel(**DECODER)
    decoder.set_attn_processor(AttnAddedKVProcessor())
    found = {
        "clip-text": text,
        "clip-image": image,
        "prior": prior,
        "decoder-condition": condition,
        "decoder": decoder,
        "upsampler-256": UNet2DModel(**UPSAMPLER_256),
        "upsampler-256-last": UNet2DModel(**UPSAMPLER_256),
        "upsampler-1024": UNet2DModel(**upsampler(64, (4, 4))),
    }
    with torch.no_grad():
        for model in found.values():
            for parameter in model.parameters():
                if parameter.ndim <= 1 or parameter.abs().max() == 0:
                    parameter.add_(torch.randn_like(parameter) * 0.1)
        prior.clip_mean.copy_(torch.randn(1, D) * 0.1)
        prior.clip_std.copy_(0.5 + torch.rand(1, D))
        for model in found.values():
            model.eval()
    sizes = {
        "D": D,
        "W": D,
        "T": T,
        "C": C,
        "E": E,
        "vocabulary": vocabulary,
        "image_size": 16,
        "decoder": 16,
        "upsampler-256": 32,
        "upsampler-256-last": 32,
        "upsampler-1024": 64,
    }
    return found, sizes
