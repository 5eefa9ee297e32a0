"""The unshuffled U-Nets: exact identities, export and restart, and their place in diffusers' pipeline."""

import onnx
import pytest
import torch
from safetensors.torch import save_file

from training.export import onnx_export
from training.export.onnx_export import ADAPTERS, example_feeds, export_stage, stage_error
from training.export.random_models import BOS, EOS, C, D, E, T, random_models, tiny_tokenizer
from training.train.diffusion.sampling import make_scheduler
from training.train.diffusion.schedule import add_noise, alpha_bar_table, learned_range_kl, sample_timesteps, spread
from training.train.networks import onnx_weights
from training.train.networks.onnx_weights import load_onnx_weights, read_initialisers
from training.train.networks.unclip_models import PixelUnshuffleUNet2DConditionModel, PixelUnshuffleUNet2DModel
from training.train.networks.weights import grow_weights, save_component

DECODER_UNET = {
    "layers_per_block": 1,
    "block_out_channels": [8, 16],
    "norm_num_groups": 4,
    "cross_attention_dim": C,
    "attention_head_dim": 8,
    "down_block_types": ["ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"],
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "up_block_types": ["SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"],
    "class_embed_type": "identity",
    "resnet_time_scale_shift": "scale_shift",
    "time_embedding_dim": E,
}
UPSAMPLER_UNET = {
    "layers_per_block": 1,
    "block_out_channels": [4, 8],
    "norm_num_groups": 4,
    "resnet_time_scale_shift": "scale_shift",
    "time_embedding_dim": 16,
    "down_block_types": ["ResnetDownsampleBlock2D"] * 2,
    "up_block_types": ["ResnetUpsampleBlock2D"] * 2,
}
SIZES = {"D": D, "W": D, "T": T, "C": C, "E": E, "decoder": 16, "upsampler-256": 32}


def decoder(inner: str) -> PixelUnshuffleUNet2DConditionModel:
    torch.manual_seed(1)
    return PixelUnshuffleUNet2DConditionModel(unet=DECODER_UNET, unshuffle=2, inner=inner, sample_size=16).eval()


def upsampler() -> PixelUnshuffleUNet2DModel:
    torch.manual_seed(2)
    return PixelUnshuffleUNet2DModel(unet=UPSAMPLER_UNET, unshuffle=4, residual_std=0.1, sample_size=32).eval()


def decoder_inputs(rows: int = 2):
    generator = torch.Generator().manual_seed(3)
    normal = lambda *shape: torch.randn(rows, *shape, generator=generator)
    return (
        normal(3, 16, 16),
        torch.tensor([700, 20])[:rows],
        {
            "encoder_hidden_states": normal(T + 4, C),
            "class_labels": normal(E),
            "attention_mask": torch.ones(rows, T + 4),
        },
    )


def grown() -> PixelUnshuffleUNet2DConditionModel:
    """As `decoder("v")`, with a head and attention at both levels."""
    torch.manual_seed(8)
    everywhere = {
        "down_block_types": ["SimpleCrossAttnDownBlock2D"] * 2,
        "up_block_types": ["SimpleCrossAttnUpBlock2D"] * 2,
    }
    return PixelUnshuffleUNet2DConditionModel(
        unet=DECODER_UNET | everywhere, unshuffle=2, inner="v", sample_size=16, head_channels=9
    ).eval()


@pytest.mark.parametrize("as_pack", [False, True])
def test_a_grown_decoder_draws_as_the_smaller_one_and_learns_with_all_it_has(tmp_path, as_pack):
    small, large, (x, t, kwargs) = decoder("v"), grown(), decoder_inputs()
    if as_pack:
        (tmp_path / "decoder.onnx").write_bytes(export_stage("decoder", small, SIZES, half=False)[0])
    else:
        save_component(small, tmp_path / "decoder")
    new = grow_weights(large, tmp_path, "decoder")
    assert {name.split(".")[0] for name in new} == {"net", "head"} and any(".attentions." in name for name in new)
    with torch.no_grad():
        assert not torch.allclose(large(x, t, **kwargs).sample, small(x, t, **kwargs).sample, atol=1e-3)
        large.silence(new)
        torch.testing.assert_close(large(x, t, **kwargs).sample, small(x, t, **kwargs).sample, atol=1e-5, rtol=1e-5)
    large.inner_output(x, t, **kwargs)[0].square().mean().backward()
    reached = {name for name, p in large.named_parameters() if p.grad is not None and p.grad.abs().max() > 0}
    assert {"head.2.weight", "net.down_blocks.0.attentions.0.to_out.0.weight"} <= reached


def test_a_network_grows_from_nothing_else(tmp_path):
    save_component(upsampler(), tmp_path / "decoder")
    with pytest.raises(ValueError, match="does not fit"):
        grow_weights(decoder("v"), tmp_path, "decoder")
    save_component(grown(), tmp_path / "wide")
    with pytest.raises(ValueError, match="does not fit"):
        grow_weights(decoder("v"), tmp_path, "wide")
    (tmp_path / "other").mkdir()
    save_file({"weight": torch.ones(1)}, tmp_path / "other/diffusion_pytorch_model.safetensors")
    with pytest.raises(ValueError, match="no weight of other"):
        grow_weights(decoder("v"), tmp_path, "other")


@torch.no_grad()
def test_the_head_sees_the_noise_level_and_both_sides_of_a_square_s_border():
    model, (x, t, kwargs) = grown(), decoder_inputs(1)
    for part in (model.head[0], model.head[2]):
        torch.nn.init.normal_(part.weight, generator=torch.Generator().manual_seed(9))
    seen = {}
    model.head.register_forward_hook(lambda module, inputs, output: seen.update(inputs=inputs[0], output=output))
    model(x, t, **kwargs)
    a = alpha_bar_table()[t[0]]
    torch.testing.assert_close(seen["inputs"][0, -2:, 3, 4], torch.stack([a.sqrt(), (1 - a).sqrt()]))
    moved, before = seen["inputs"].clone(), seen["output"]
    moved[..., 4] += 1  # the first column of the third square
    changed = (model.head(moved) - before).abs().amax((0, 1, 2)) > 1e-6
    assert changed.nonzero()[:, 0].tolist() == [2, 3, 4, 5, 6]


@torch.no_grad()
def test_velocity_and_epsilon_name_the_same_x0():
    model, (x, t, kwargs) = decoder("v"), decoder_inputs()
    v, _ = model.inner_output(x, t, **kwargs)
    epsilon = model(x, t, **kwargs).sample[:, :3]
    a = spread(alpha_bar_table()[t], x)
    from_v, from_epsilon = a.sqrt() * x - (1 - a).sqrt() * v, (x - (1 - a).sqrt() * epsilon) / a.sqrt()
    torch.testing.assert_close(from_epsilon, from_v, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_a_scalar_timestep_is_every_row_s():
    model, (x, _, kwargs) = decoder("v"), decoder_inputs()
    torch.testing.assert_close(model(x, 40, **kwargs).sample, model(x, torch.tensor([40, 40]), **kwargs).sample)


@torch.no_grad()
def test_an_upsampler_of_no_residual_returns_the_best_linear_guess():
    model = upsampler()
    torch.nn.init.zeros_(model.net.conv_out.weight), torch.nn.init.zeros_(model.net.conv_out.bias)
    condition = torch.rand(1, 3, 32, 32)
    at_noise = model(torch.cat([torch.randn(1, 3, 32, 32), condition], 1), 999).sample
    torch.testing.assert_close(at_noise, condition, atol=1e-3, rtol=0)
    clean = condition + 0.1 * torch.randn(1, 3, 32, 32)
    x_t = add_noise(clean, torch.zeros_like(clean), alpha_bar_table()[:1])
    torch.testing.assert_close(model(torch.cat([x_t, condition], 1), 0).sample, clean, atol=5e-3, rtol=0)


@torch.no_grad()
def test_what_is_flat_in_the_condition_stays_flat():
    model = upsampler()
    model.net.conv_out.weight.normal_(generator=torch.Generator().manual_seed(4))
    condition = torch.full((1, 3, 32, 32), 0.3)
    condition[..., 16:] += 0.2 * torch.randn(1, 3, 32, 16, generator=torch.Generator().manual_seed(5))
    s = model.local_std(condition)
    assert s[..., :8].max() < 1e-4 and 0.05 < s[..., 24:].min() and s.max() < model.config.residual_std
    x_t = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(6))
    change = model(torch.cat([x_t, condition], 1), 300).sample - condition
    assert change[..., :8].std() < 0.1 * change[..., 24:].std()


@pytest.mark.parametrize(
    "stage,build,half,tolerance",
    [
        ("decoder", lambda: decoder("v"), False, 1e-5),
        ("decoder", lambda: decoder("v"), True, 1e-2),
        ("decoder", grown, False, 1e-5),
        ("upsampler-256", upsampler, False, 1e-5),
        ("upsampler-256", upsampler, True, 1e-2),
    ],
)
def test_export_equals_torch_and_restarts(tmp_path, stage, build, half, tolerance):
    model = build()
    data, exact, error = export_stage(stage, model, SIZES, half=half)
    assert exact <= 1e-5 and error <= tolerance
    path = tmp_path / "stage.onnx"
    path.write_bytes(data)
    other = build()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.add_(1)
    load_onnx_weights(other, path)
    for (name, new), old in zip(other.named_parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(new, old, atol=1e-3 if half else 0, rtol=1e-3 if half else 0, msg=name)
    assert set(read_initialisers(path)) >= {name for name, _ in model.named_parameters()}


def test_the_largest_weights_in_eight_bits_are_read_back_as_the_runtime_widens_them(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_export, "BYTE_MINIMUM_ELEMENTS", 512)
    for module in (onnx_export, onnx_weights):  # rows of this small network have no 64 numbers
        monkeypatch.setattr(module, "GROUP", 24)
    model, path = decoder("v"), tmp_path / "decoder.onnx"
    data, exact, error = export_stage("decoder", model, SIZES, half=True, small=True)
    assert exact <= 1e-5 and error <= 2e-2
    path.write_bytes(data)
    kinds = {t.name: t.data_type for t in onnx.load_from_string(data).graph.initializer}
    small = {name for name, kind in kinds.items() if kind == onnx.TensorProto.INT8}
    assert small and all(kinds[name + ".scale"] == onnx.TensorProto.FLOAT16 for name in small)
    read, parameters = read_initialisers(path), dict(model.named_parameters())
    assert not any(name.endswith(".scale") for name in read)
    for name in small:
        weight = parameters[name].reshape(-1, 24)
        wrong = (read[name].reshape(-1, 24) - weight).abs().amax(1)
        assert (wrong <= weight.abs().amax(1) / 127 * 0.51).all(), name  # half a step, and the scale's own rounding
    # Torch with the weights as read is the graph, to the last places: nothing else was rounded in another way.
    load_onnx_weights(model, path)
    assert stage_error(ADAPTERS["decoder"](model).eval(), data, example_feeds("decoder", SIZES, 2, seed=4)) <= 1e-5


def test_a_file_that_lacks_a_parameter_is_refused(tmp_path):
    data, *_ = export_stage("upsampler-256", upsampler(), SIZES, half=False)
    (tmp_path / "other.onnx").write_bytes(data)
    with pytest.raises(ValueError, match="lacks"):
        load_onnx_weights(decoder("v"), tmp_path / "other.onnx")


def test_components_drop_into_diffusers_pipeline():
    from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline
    from transformers import PreTrainedTokenizerFast

    models, _ = random_models(7)
    section = lambda prediction, variance, clip: {
        "trainTimesteps": 1000,
        "prediction": prediction,
        "variance": variance,
        "clip": clip,
    }
    pipeline = UnCLIPPipeline(
        prior=models["prior"],
        decoder=decoder("v"),
        text_encoder=models["clip-text"],
        text_proj=models["decoder-condition"],
        tokenizer=PreTrainedTokenizerFast(
            tokenizer_object=tiny_tokenizer(), bos_token=BOS, eos_token=EOS, pad_token=EOS, model_max_length=T
        ),
        super_res_first=upsampler(),
        super_res_last=upsampler(),
        prior_scheduler=make_scheduler(section("sample", "fixed-small-log", 5)),
        decoder_scheduler=make_scheduler(section("epsilon", "learned-range", 1)),
        super_res_scheduler=make_scheduler(section("sample", "fixed-small-log", 1)),
    )
    pipeline.set_progress_bar_config(disable=True)
    images = pipeline(
        "a red cube",
        prior_num_inference_steps=2,
        decoder_num_inference_steps=2,
        super_res_num_inference_steps=2,
        generator=torch.Generator().manual_seed(0),
        output_type="np",
    ).images
    assert images.shape == (1, 32, 32, 3)


def test_timesteps_reach_both_ends():
    t = sample_timesteps(4000, uniform_share=0.35, mean=0.2, std=1.0, generator=torch.Generator().manual_seed(0))
    assert t.min() == 0 and t.max() == 999 and (t > 990).sum() > 5


def test_variance_term_is_least_at_the_true_posterior():
    alpha_bar, generator = alpha_bar_table(), torch.Generator().manual_seed(0)
    x0, t = torch.rand(64, 3, 8, 8, generator=generator) * 2 - 1, torch.full((64,), 500)
    x_t = add_noise(x0, torch.randn(x0.shape, generator=generator), alpha_bar[t])
    # With the exact mean the least divergence is 0, at the posterior's own variance (v = -1).
    for stride in (1, 42):
        terms = [
            learned_range_kl(x0, x_t, x0, torch.full_like(x0, v), t, t - stride, alpha_bar).mean().item()
            for v in (-1.0, 0.0, 1.0)
        ]
        assert abs(terms[0]) < 1e-5 and terms[0] <= terms[1] <= terms[2]
    first = torch.zeros(64, dtype=torch.long)
    assert (learned_range_kl(x0, x_t, x0, torch.zeros_like(x0), first, first - 1, alpha_bar) >= -1e-6).all()
