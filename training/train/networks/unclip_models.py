"""The U-Nets behind a pixel unshuffle, drop-in components for diffusers' `UnCLIPPipeline`.

Moving space into channels before the U-Net is what makes a small decoder trainable on a CPU. The wrappers
keep the contract of the class they stand for: the decoder returns epsilon and the variance interpolation,
an upsampler takes `cat[x_t, condition]` and returns what its scheduler expects.
"""

import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel, UNet2DModel
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.attention_processor import AttnAddedKVProcessor
from diffusers.models.modeling_utils import ModelMixin
from diffusers.models.unets.unet_2d import UNet2DOutput
from diffusers.models.unets.unet_2d_condition import UNet2DConditionOutput
from torch import nn

from training.train.diffusion.schedule import alpha_bar_table, spread


def row_timesteps(timestep, rows: int, device: torch.device) -> torch.Tensor:
    """A scalar or [N] timestep as one value a row, [N]."""
    return torch.as_tensor(timestep, device=device).reshape(-1).expand(rows)


class PixelUnshuffleUNet2DConditionModel(ModelMixin, ConfigMixin):
    """A `UNet2DConditionModel` over `unshuffle`-fold unshuffled pixels; returns epsilon and v, [N, 6, S, S].

    With `inner="v"` the inner network predicts velocity v = sqrt(alphaBar) epsilon - sqrt(1 - alphaBar) x_0
    (Salimans and Ho 2022) and the wrapper returns epsilon = sqrt(alphaBar) v + sqrt(1 - alphaBar) x_t, an exact
    identity that spares the network from copying its input at high noise.

    With `head_channels` the inner network has that many outputs a pixel instead of six, and two convolutions at full
    size correct the first six by all of them, by the picture itself and by the noise level: an edge that runs through
    a square of unshuffled pixels is drawn where both its sides are seen. Their output begins at zero.
    """

    @register_to_config
    def __init__(
        self,
        unet: dict,
        unshuffle: int = 4,
        inner: str = "v",
        sample_size: int = 64,
        in_channels: int = 3,
        out_channels: int = 6,
        head_channels: int = 0,
    ):
        super().__init__()
        area = unshuffle**2
        self.net = UNet2DConditionModel(
            **{k: tuple(v) if isinstance(v, list) else v for k, v in unet.items()},
            sample_size=sample_size // unshuffle,
            in_channels=in_channels * area,
            out_channels=(head_channels or out_channels) * area,
        )
        if head_channels:
            noise_level = 2  # sqrt(alphaBar) and sqrt(1 - alphaBar), the same at every pixel
            self.head = nn.Sequential(
                nn.Conv2d(head_channels + in_channels + noise_level, head_channels, 3, padding=1),
                nn.SiLU(),
                nn.Conv2d(head_channels, out_channels, 3, padding=1),
            )
            nn.init.zeros_(self.head[-1].weight)
            nn.init.zeros_(self.head[-1].bias)
        # On a CPU the plain processor trains faster than the fused one, and it exports to plain MatMul and Softmax.
        self.net.set_attn_processor(AttnAddedKVProcessor())
        self.register_buffer("alpha_bar", alpha_bar_table(), persistent=False)

    def inner_output(self, sample, timestep, encoder_hidden_states, class_labels=None, attention_mask=None):
        """The inner network's own prediction (v or epsilon) and the variance interpolation, each [N, 3, S, S]."""
        area = self.config.unshuffle
        packed = F.pixel_unshuffle(sample, area) if area > 1 else sample
        packed = packed.contiguous(memory_format=torch.channels_last) if self.training else packed
        output = self.net(
            packed, timestep, encoder_hidden_states, class_labels=class_labels, attention_mask=attention_mask
        ).sample
        output = F.pixel_shuffle(output, area) if area > 1 else output
        if self.config.head_channels:
            a = spread(self.alpha_bar[timestep.long()], sample)
            levels = torch.cat([a.sqrt(), (1 - a).sqrt()], 1).expand(-1, -1, *sample.shape[2:])
            seen = torch.cat([output, sample.to(output.dtype), levels.to(output.dtype)], 1)
            output = output[:, : self.config.out_channels] + self.head(seen)
        return output[:, :3].float(), output[:, 3:].float()

    @torch.no_grad()
    def silence(self, new: list[str]) -> None:
        """Zeroes what the attentions among the parameters `new` add, so that a network that has just been grown
        (`weights.grow_weights`) draws as the smaller one."""
        for name, parameter in self.named_parameters():
            if name in new and ".to_out." in name:
                parameter.zero_()

    def forward(
        self, sample, timestep, encoder_hidden_states, class_labels=None, attention_mask=None, return_dict: bool = True
    ):
        """Epsilon, then the variance interpolation, [N, 6, S, S]; arguments as in `UNet2DConditionModel`."""
        timestep = row_timesteps(timestep, sample.shape[0], sample.device)
        mean, interpolation = self.inner_output(sample, timestep, encoder_hidden_states, class_labels, attention_mask)
        if self.config.inner == "v":
            a = spread(self.alpha_bar[timestep.long()], sample)
            mean = a.sqrt() * mean + (1 - a).sqrt() * sample
        output = torch.cat([mean, interpolation], 1)
        return UNet2DConditionOutput(sample=output) if return_dict else (output,)


BLOCK = 8
LEAST = 1e-5  # keeps 1 / variance finite where all is of one colour


class PixelUnshuffleUNet2DModel(ModelMixin, ConfigMixin):
    """A `UNet2DModel` over unshuffled `cat[x_t, condition]`; returns the predicted x_0, [N, 3, S, S].

    The network sees and predicts only the residual r = x_0 - condition, preconditioned for its standard deviation s
    (Karras et al. 2022, Table 1, in variance-preserving form): with r_t = x_t - sqrt(alphaBar) condition and d =
    alphaBar s^2 + 1 - alphaBar, x_0 = condition + sqrt(alphaBar) s^2 / d r_t + s sqrt(1 - alphaBar) / sqrt(d)
    net(sqrt(alphaBar) s / d r_t, condition, t). Unlike there, the input fades where noise hides the residual: at unit
    variance a small network cannot ignore it, and noise leaks into x_0. And s is that of each place: what is flat in
    the condition is flat in the picture, so that a plain sky stays plain.
    """

    @register_to_config
    def __init__(
        self,
        unet: dict,
        unshuffle: int = 4,
        residual_std: float = 0.1,
        sample_size: int = 256,
        in_channels: int = 6,
        out_channels: int = 3,
    ):
        super().__init__()
        area = unshuffle**2
        self.net = UNet2DModel(
            **{k: tuple(v) if isinstance(v, list) else v for k, v in unet.items()},
            sample_size=sample_size // unshuffle,
            in_channels=in_channels * area,
            out_channels=out_channels * area,
            add_attention=False,
        )
        self.register_buffer("alpha_bar", alpha_bar_table(), persistent=False)

    def local_std(self, condition: torch.Tensor) -> torch.Tensor:
        """The residual's expected standard deviation s at each place of the condition, [N, 1, S, S].

        At most `residual_std`, and at most half of the condition's own in blocks of 8 x 8. The residual's own is more
        like that of the condition; half of it costs no detail (Frechet distance) and lets less noise into what is
        nearly flat.
        """
        mean = F.interpolate(F.avg_pool2d(condition, BLOCK), scale_factor=BLOCK, mode="nearest")
        variance = F.avg_pool2d((condition - mean).square().mean(1, keepdim=True), BLOCK)
        variance = F.interpolate(variance, scale_factor=BLOCK, mode="bilinear", align_corners=False)
        return (1 / self.config.residual_std**2 + 4 / (variance + LEAST**2)).rsqrt()

    def forward(self, sample, timestep, return_dict: bool = True):
        """The predicted x_0 [N, 3, S, S] for `sample` = cat[x_t, condition] [N, 6, S, S]."""
        timestep = row_timesteps(timestep, sample.shape[0], sample.device)
        x_t, condition = sample[:, :3], sample[:, 3:]
        a, s = spread(self.alpha_bar[timestep.long()], sample), self.local_std(condition)
        d = a * s**2 + 1 - a
        residual = x_t - a.sqrt() * condition
        packed = F.pixel_unshuffle(torch.cat([a.sqrt() * s / d * residual, condition], 1), self.config.unshuffle)
        packed = packed.contiguous(memory_format=torch.channels_last) if self.training else packed
        output = F.pixel_shuffle(self.net(packed, timestep).sample, self.config.unshuffle).float()
        x0 = condition + a.sqrt() * s**2 / d * residual + s * (1 - a).sqrt() / d.sqrt() * output
        return UNet2DOutput(sample=x0) if return_dict else (x0,)
