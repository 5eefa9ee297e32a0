"""The pack's prior and decoder as teachers: guided samplers whose every state a student is told."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from diffusers import PriorTransformer
from torch import Tensor, nn

from training.data.arrange import sample_scene
from training.data.captions import caption
from training.data.kept import file_digest
from training.paths import CONFIGS, TRAINING
from training.read_config import read_config
from training.train.config import DecoderConfig, PriorConfig, TurboConfig
from training.train.decoder import begin_with, project
from training.train.decoder import build as build_decoder
from training.train.diffusion.sampling import counted_noise
from training.train.diffusion.schedule import alpha_bar_table
from training.train.diffusion.trajectories import KeptTrajectories, levels, states
from training.train.frozen_clip import FrozenClip, TextBatch
from training.train.loop import half_precision
from training.train.networks.weights import load_weights
from training.train.prior import build as build_prior
from training.train.prior import predict_x0

Parts = tuple[Tensor, ...]  # what a network is told besides x_t and t, a row a sample


@dataclass(frozen=True)
class Teacher:
    """A network of the pack, how it guesses x_0, and what it is told of the caption with a number."""

    config: TurboConfig
    name: str  # of the stage
    network: nn.Module
    guess: Callable[[nn.Module, Tensor, int, Parts], Tensor]  # x_0 of x_t, t and the parts
    told: Callable[[list[int]], tuple[Parts, Parts]]  # what the unguided and the guided rows of these captions are told
    shape: tuple[int, ...]  # of a sample
    clip: float  # x_0 is clamped to plus and minus this
    alpha_bar: Tensor
    device: str
    told_by: dict = field(default_factory=dict)  # settings that decide what is told, besides the captions' own

    def settings(self, timesteps: tuple[int, ...], kept: tuple[int, ...]) -> dict:
        """All that decides what `states` with these timesteps returns for a number."""
        config = self.config
        return {
            "teacher": self.name,
            "pack": file_digest(TRAINING / config.pack / "manifest.json"),
            "seed": config.seed,
            "drop_text": config.drop_text,
            "guidance_scale": config.guidance_scale,
            "guidance_interval": config.guidance_interval,
            "clip": self.clip,
            "timesteps": timesteps,
            "kept": kept,
            **self.told_by,
        }

    def guides(self, t: int) -> bool:
        """Whether the step from timestep t is guided, and so takes two rows."""
        last = len(self.alpha_bar) - 1
        low, high = self.config.guidance_interval
        return self.config.guidance_scale != 1 and low <= (last - t) / last <= high

    def x0(self, x: Tensor, t: int, blank: Parts, told: Parts) -> Tensor:
        """The guided guess, clamped."""
        if not self.guides(t):
            return self.guess(self.network, x, t, told).clamp(-self.clip, self.clip)
        both = tuple(torch.cat(pair) for pair in zip(blank, told, strict=True))
        unguided, conditional = self.guess(self.network, torch.cat([x, x]), t, both).chunk(2)
        return (unguided + self.config.guidance_scale * (conditional - unguided)).clamp(-self.clip, self.clip)

    @torch.no_grad()
    def states(self, numbers: list[int], timesteps: tuple[int, ...], kept: tuple[int, ...]) -> Tensor:
        """The states of these captions at the timesteps `kept`, and the results: [K + 1, N, *shape]."""
        blank, told = self.told(numbers)
        noise = counted_noise(self.name, self.shape, numbers, 0)
        predict = lambda x, t: self.x0(x.to(self.device), t, blank, told).cpu()
        return states(self.alpha_bar, [*timesteps], [*kept], noise, predict)


def guess_embedding(prior: PriorTransformer, x: Tensor, t: int, parts: Parts) -> Tensor:
    """x_0 [N, D] of standardised embeddings."""
    with half_precision(x.device.type):
        return predict_x0(prior, x, torch.full((len(x),), t, device=x.device), TextBatch(*parts)).float()


def guess_picture(decoder: nn.Module, x: Tensor, t: int, parts: Parts) -> Tensor:
    """x_0 [N, 3, S, S], by way of the velocity: from epsilon it could not be had at t = 999."""
    if decoder.config.inner != "v":
        raise ValueError("only a decoder that predicts velocity inside can be taught here")
    with half_precision(x.device.type):
        v, _ = decoder.inner_output(x, torch.full((len(x),), t, device=x.device), *parts)
    a, b = levels(alpha_bar_table(), t)
    return a * x - b * v


@dataclass(frozen=True)
class Captions:
    """Captions by number, of scenes that nobody renders: what is taught is what the teacher draws of them."""

    config: TurboConfig
    clip: FrozenClip

    def full(self, number: int) -> str:
        """The caption with this number."""
        seed = self.config.seed
        return caption(sample_scene(seed, "train", number).attribute_row(), np.random.default_rng([seed, number]))

    def dropped(self, number: int) -> bool:
        """Whether the network is told nothing of it in words."""
        return np.random.default_rng([self.config.seed, number, 1]).random() < self.config.drop_text

    def encoded(self, numbers: list[int]) -> tuple[TextBatch, TextBatch]:
        """Encodings of "" for every caption, and of the captions, some of them dropped."""
        texts = ["" if self.dropped(n) else self.full(n) for n in numbers]
        return self.clip.encode_text([""] * len(numbers)), self.clip.encode_text(texts)


def prior_teacher(config: TurboConfig, device: str) -> Teacher:
    """The pack's prior."""
    pack, settings = TRAINING / config.pack, read_config(CONFIGS / "prior.json", PriorConfig)
    captions, prior = Captions(config, FrozenClip(pack, device)), build_prior(settings)
    load_weights(prior, pack, "prior")
    told = lambda numbers: tuple(tuple(vars(text).values()) for text in captions.encoded(numbers))
    shape, clip = (settings.prior.embedding_dim,), settings.scheduler.clip
    return Teacher(config, "prior", ready(prior, device), guess_embedding, told, shape, clip, alpha_bar_table(), device)


def decoder_teacher(config: TurboConfig, device: str) -> Teacher:
    """The pack's decoder, which is told the embeddings that the pack's prior draws, by its own guided steps."""
    pack, settings = TRAINING / config.pack, read_config(CONFIGS / "decoder-2.json", DecoderConfig)
    captions, (decoder, condition) = Captions(config, FrozenClip(pack, device)), build_decoder(settings)
    begin_with(pack, decoder, condition)
    condition = ready(condition, device)
    prior_config = replace(read_config(CONFIGS / "turbo-prior.json", TurboConfig), seed=config.seed, pack=config.pack)
    prior, (mean, std) = prior_teacher(prior_config, device), statistics(pack)
    draw = lambda numbers: prior.states(numbers, prior_config.teacher_timesteps, ()) * std + mean
    drawn_by = prior.settings(prior_config.teacher_timesteps, ())
    embeddings = KeptTrajectories(TRAINING / config.data / "embeddings", drawn_by, draw)

    def told(numbers: list[int]) -> tuple[Parts, Parts]:
        null = condition.learned_classifier_free_guidance_embeddings[None].expand(len(numbers), -1)
        z = embeddings.draw(np.array(numbers))[0].to(device)
        blank, text = captions.encoded(numbers)
        return project(condition, null, blank), project(condition, z, text)

    decoder = ready(decoder, device).to(memory_format=torch.channels_last)
    shape, clip = (3, settings.decoder.sample_size, settings.decoder.sample_size), settings.scheduler.clip
    told_by = {"embeddings": drawn_by}
    return Teacher(config, "decoder", decoder, guess_picture, told, shape, clip, alpha_bar_table(), device, told_by)


TEACHERS = {"prior": prior_teacher, "decoder": decoder_teacher}


def ready(network: nn.Module, device: str) -> nn.Module:
    """The network on the device, never trained."""
    return network.eval().requires_grad_(False).to(device)


def statistics(pack: Path) -> tuple[Tensor, Tensor]:
    """Mean and std [D] of the embeddings, from the pack's manifest."""
    values = json.loads((pack / "manifest.json").read_text())["stages"]["prior"]["normalisation"]
    return torch.tensor(values["mean"]), torch.tensor(values["std"])
