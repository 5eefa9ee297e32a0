"""Random inputs for networks, by names of the pack format's vocabulary."""

import torch

from training.export.templates.template import Feeds


def source(rows: int, seed: int):
    """Draws Gaussian numbers [rows, ...], rows of their own."""
    generator = torch.Generator().manual_seed(seed)
    return generator, lambda *shape: torch.randn(rows, *shape, generator=generator)


def timesteps(rows: int, generator: torch.Generator) -> torch.Tensor:
    """[rows], from 0 to 999."""
    return torch.randint(0, 1000, (rows,), generator=generator).float()


def mask(rows: int, length: int, generator: torch.Generator) -> torch.Tensor:
    """[rows, length]: at least two ones, then zeros."""
    return (torch.arange(length)[None] < torch.randint(2, length + 1, (rows, 1), generator=generator)).float()


def text(vocabulary: int, length: int):
    """For a text encoder; the greatest id, which is the end of a text, stands somewhere in each row."""

    def feeds(rows: int, seed: int) -> Feeds:
        generator, _ = source(rows, seed)
        ids = torch.randint(0, vocabulary - 1, (rows, length), generator=generator).int()
        ends = torch.randint(1, length, (rows,), generator=generator)
        ids[torch.arange(rows), ends] = vocabulary - 1
        return {"ids": ids}

    return feeds


def multilingual_text(vocabulary: int, length: int, *, pad: int):
    """For a text encoder that is told which tokens count; the others are `pad`, as some models expect it."""

    def feeds(rows: int, seed: int) -> Feeds:
        generator, _ = source(rows, seed)
        ids = torch.randint(pad + 1, vocabulary, (rows, length), generator=generator)
        counts = mask(rows, length, generator)
        return {"ids": torch.where(counts > 0, ids, pad).int(), "text_mask": counts}

    return feeds


def image(size: int):
    """For an image encoder."""
    return lambda rows, seed: {"image": source(rows, seed)[1](3, size, size)}


def prior(dimension: int, width: int, length: int):
    """For a prior whose caption has `length` tokens with states of `width` numbers."""

    def feeds(rows: int, seed: int) -> Feeds:
        generator, normal = source(rows, seed)
        return {
            "sample": normal(dimension),
            "timestep": timesteps(rows, generator),
            "text_embedding": normal(dimension),
            "text_states": normal(length, width),
            "text_mask": mask(rows, length, generator),
        }

    return feeds


def condition(dimension: int, width: int, length: int):
    """For Karlo's `UnCLIPTextProjModel`."""

    def feeds(rows: int, seed: int) -> Feeds:
        _, normal = source(rows, seed)
        return {
            "image_embedding": normal(dimension),
            "text_embedding": normal(dimension),
            "text_states": normal(length, width),
        }

    return feeds


def sides(least: int, seed: int) -> tuple[int, int]:
    """Height and width of a picture of free size: of two sizes by the seed, and never a square."""
    height = least * (1 + seed % 2)
    return height, 2 * height


def picture(name: str, channels: int, least: int):
    """One picture or latent, for a half of an autoencoder."""
    return lambda rows, seed: {name: source(rows, seed)[1](channels, *sides(least, seed))}


def decoder(least: int, length: int, context: int, time: int):
    """For Karlo's decoder."""

    def feeds(rows: int, seed: int) -> Feeds:
        generator, normal = source(rows, seed)
        return {
            "sample": normal(3, *sides(least, seed)),
            "timestep": timesteps(rows, generator),
            "context": normal(length, context),
            "time": normal(time),
            "context_mask": mask(rows, length, generator),
        }

    return feeds


def upsampler(least: int):
    """For Karlo's super-resolution networks."""

    def feeds(rows: int, seed: int) -> Feeds:
        generator, normal = source(rows, seed)
        sample, smaller = normal(3, *sides(least, seed)), normal(3, *sides(least, seed))
        return {"sample": sample, "condition": smaller, "timestep": timesteps(rows, generator)}

    return feeds


def latent_denoiser(channels: int, least: int, others: dict[str, tuple[int, ...]]):
    """For a denoiser of latents; `others` are further Gaussian inputs, by name, with the shape of a row.

    Of these `noise_level` is a timestep, and `keep_image` 0 in every other row.
    """

    def feeds(rows: int, seed: int) -> Feeds:
        generator, normal = source(rows, seed)
        found = {"sample": normal(channels, *sides(least, seed)), "timestep": timesteps(rows, generator)}
        for name, shape in others.items():
            found[name] = normal(*shape)
        if "noise_level" in others:
            found["noise_level"] = timesteps(rows, generator)
        if "keep_image" in others:
            found["keep_image"] = (torch.arange(rows) % 2 == 0).float()
        return found

    return feeds
