"""From noise to a result by many guided steps, and what a student has to say to come as far in fewer."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.data.kept import claim_folder, save_whole
from training.train.diffusion.sampling import dpm_solver

BLOCK = 16  # trajectories that are computed together


def states(alpha_bar: Tensor, timesteps: list[int], kept: list[int], x: Tensor, predict) -> Tensor:
    """x_t at the timesteps `kept`, and the result, of DPM-Solver++(2M) from noise x [N, ...]: [K + 1, N, ...].

    `predict(x_t, t)` returns the clipped x_0. Raises ValueError if `kept` are not among the timesteps, in their order.
    """
    if [t for t in timesteps if t in kept] != kept:
        raise ValueError(f"the student's timesteps {kept} are not among the teacher's {timesteps}, in that order")
    seen = {}

    def watched(x: np.ndarray, t: int) -> np.ndarray:
        seen[t] = x
        return predict(torch.from_numpy(x).float(), t).double().numpy()

    result = dpm_solver(alpha_bar.double().numpy(), timesteps, x.double().numpy(), watched)
    return torch.from_numpy(np.stack([*(seen[t] for t in kept), result])).float()


def ddim_step(alpha_bar: Tensor, x: Tensor, x0: Tensor, t: int, after: int | None) -> Tensor:
    """x at the timestep `after` of the step of DDIM (eta 0) from x at t with the guess x_0; None is the end, x_0."""
    if after is None:
        return x0
    (a, b), (a_s, b_s) = (levels(alpha_bar, time) for time in (t, after))
    return a_s * x0 + b_s / b * (x - a * x0)


def wanted_x0(alpha_bar: Tensor, x: Tensor, goal: Tensor, t: int, after: int | None) -> Tensor:
    """The x_0 with which one step of DDIM leads from x at t to `goal` at the timestep `after`."""
    if after is None:
        return goal
    (a, b), (a_s, b_s) = (levels(alpha_bar, time) for time in (t, after))
    return (goal - b_s / b * x) / (a_s - b_s / b * a)


def levels(alpha_bar: Tensor, t: int) -> tuple[float, float]:
    """sqrt(alphaBar_t) and sqrt(1 - alphaBar_t)."""
    return math.sqrt(alpha_bar[t]), math.sqrt(1 - alpha_bar[t])


class KeptTrajectories:
    """Trajectories numbered from 0, computed in blocks when they are first asked for and kept in a folder as float16, a
    file a block.

    `compute(numbers)` returns their states [K + 1, BLOCK, *shape]. A block is a function of its numbers and of
    `settings` alone, so a run that goes on with the folder ends as one that was never stopped. Raises ValueError if
    what is in the folder was made by other settings.
    """

    def __init__(self, folder: Path, settings: dict, compute: Callable[[list[int]], Tensor]):
        """Claims the folder; nothing is computed yet."""
        claim_folder(folder, settings)
        self.folder, self.compute = folder, compute

    def draw(self, numbers: np.ndarray) -> Tensor:
        """States [K + 1, len(numbers), *shape] of these trajectories."""
        blocks, within = np.divmod(numbers, BLOCK)
        needed = {block: self.block(block) for block in np.unique(blocks).tolist()}
        picked = [needed[block][:, row] for block, row in zip(blocks.tolist(), within.tolist(), strict=True)]
        return torch.from_numpy(np.stack(picked, 1).astype(np.float32))

    def block(self, number: int) -> np.ndarray:
        """States [K + 1, BLOCK, *shape] of the block with this number."""
        file = self.folder / f"{number:06d}.npy"
        if not file.exists():
            states = self.compute([*range(number * BLOCK, (number + 1) * BLOCK)])
            save_whole(file, states.numpy().astype(np.float16))
        return np.load(file, mmap_mode="r")
