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


def decoder(size: int, length: int, context: int, time: int):
    """For Karlo's decoder at `size` and, so that no width is taken for a height, a width of twice that."""

    def feeds(rows: int, seed: int) -> Feeds:
        generator, normal = source(rows, seed)
        return {
            "sample": normal(3, size, 2 * size),
            "timestep": timesteps(rows, generator),
            "context": normal(length, context),
            "time": normal(time),
            "context_mask": mask(rows, length, generator),
        }

    return feeds


def upsampler(size: int):
    """For Karlo's super-resolution networks."""

    def feeds(rows: int, seed: int) -> Feeds:
        generator, normal = source(rows, seed)
        sample, smaller = normal(3, size, 2 * size), normal(3, size, 2 * size)
        return {"sample": sample, "condition": smaller, "timestep": timesteps(rows, generator)}

    return feeds
