"""Writes test/parity/goldens/schedulers.json: noise schedules, spacings and steps of diffusers' schedulers.

`python -m training.export.scheduler_goldens`; no pack is needed. README.md beside the goldens explains the keys.
"""

from itertools import pairwise, product
from unittest import mock

import numpy as np
import torch
from diffusers import DDIMInverseScheduler, DDPMScheduler, RePaintScheduler, UnCLIPScheduler
from diffusers.schedulers import scheduling_ddpm

from training.export.golden_file import write_golden
from training.export.random_goldens import pack_array

TRAIN_TIMESTEPS = 1000
COUNTS = (2, 3, 4, 7, 15, 25, 27, 50, 64, 100, 250, 333, 500, 1000)
# Kandinsky's and Stable Diffusion's; and a table that no formula makes.
RANGE = {"start": 0.00085, "end": 0.012}
TABLE = [round(0.001 + 0.0001 * ((7 * i) % 11), 4) for i in range(40)]
BETAS = {
    "cosine": ({"kind": "cosine"}, {"beta_schedule": "squaredcos_cap_v2"}),
    "linear": ({"kind": "linear", **RANGE}, {"beta_schedule": "linear"}),
    "scaled-linear": ({"kind": "scaled-linear", **RANGE}, {"beta_schedule": "scaled_linear"}),
    "table": ({"kind": "table", "values": TABLE}, {"trained_betas": TABLE}),
}


def schedule(name: str) -> dict:
    """The tables of one kind of betas, in diffusers' `DDPMScheduler`."""
    betas, arguments = BETAS[name]
    ends = {"beta_start": RANGE["start"], "beta_end": RANGE["end"]}
    steps = len(TABLE) if name == "table" else TRAIN_TIMESTEPS
    scheduler = DDPMScheduler(num_train_timesteps=steps, **ends, **arguments)
    tables = {"beta": pack_array(scheduler.betas), "alphaBar": pack_array(scheduler.alphas_cumprod)}
    return {"trainTimesteps": steps, "betas": betas, **tables}


def spacing(name: str, offset: int) -> dict:
    """The timesteps of one spacing, by the number of steps: of `UnCLIPScheduler`, or of `DDPMScheduler`."""
    timesteps = {}
    for count in COUNTS:
        if name == "unclip":
            scheduler = UnCLIPScheduler()
        else:
            scheduler = DDPMScheduler(timestep_spacing=name, steps_offset=offset)
        scheduler.set_timesteps(count)
        timesteps[str(count)] = scheduler.timesteps.tolist()
    return {"spacing": name, "offset": offset, "timesteps": timesteps}


def steps() -> list[dict]:
    """Steps of `DDPMScheduler` for each prediction, variance and clamp: the first, one in the middle and the last.

    Linear betas and leading spacing, in which a step of diffusers leads to the timestep of the next.
    """
    generator, count, cases = np.random.default_rng(9), 50, []
    predictions = {"sample": "sample", "epsilon": "epsilon", "v": "v_prediction"}
    for prediction, variance, clip in product(
        predictions, ("fixed-small", "fixed-small-log", "learned-range"), (1, None)
    ):
        scheduler = DDPMScheduler(
            beta_start=RANGE["start"],
            beta_end=RANGE["end"],
            beta_schedule="linear",
            prediction_type=predictions[prediction],
            variance_type=variance.replace("-", "_"),
            clip_sample=clip is not None,
            clip_sample_range=clip or 1,
            timestep_spacing="leading",
        )
        scheduler.set_timesteps(count)
        found = []
        for t in (980, 400, 0):
            x, noise = (torch.from_numpy(generator.standard_normal((1, 3, 2, 2), np.float32)) for _ in range(2))
            channels = 6 if variance == "learned-range" else 3
            output = torch.from_numpy(generator.standard_normal((1, channels, 2, 2), np.float32)).clamp(-1, 1)
            with mock.patch.object(scheduling_ddpm, "randn_tensor", lambda *_, noise=noise, **__: noise):
                moved = scheduler.step(output, t, x)
            arrays = {
                "x": x,
                "output": output,
                "noise": noise,
                "x0": moved.pred_original_sample,
                "next": moved.prev_sample,
            }
            found.append({"timestep": t} | {name: pack_array(array) for name, array in arrays.items()})
        cases.append({"prediction": prediction, "variance": variance, "clip": clip, "steps": found})
    return cases


def inverse_steps() -> list[dict]:
    """Steps of `DDIMInverseScheduler`: from the finished sample to the first timestep, one in the middle, the last."""
    generator = np.random.default_rng(10)
    scheduler = DDIMInverseScheduler(
        beta_start=RANGE["start"],
        beta_end=RANGE["end"],
        beta_schedule="linear",
        clip_sample=False,
        set_alpha_to_one=True,
        timestep_spacing="leading",
    )
    scheduler.set_timesteps(50)
    found = []
    for t in (0, 400, 980):
        x, output = (torch.from_numpy(generator.standard_normal((1, 3, 2, 2), np.float32)) for _ in range(2))
        moved = scheduler.step(output, t, x)
        arrays = {"x": x, "output": output, "x0": moved.pred_original_sample, "next": moved.prev_sample}
        found.append({"timestep": t} | {name: pack_array(array) for name, array in arrays.items()})
    return found


def repaint_steps(count: int, jump: int, times: int) -> dict:
    """The steps of RePaint, each as two timesteps: where `RePaintScheduler`'s descend. -1 is the finished sample."""
    scheduler = RePaintScheduler()
    scheduler.set_timesteps(count, jump_length=jump, jump_n_sample=times)
    timesteps = [*scheduler.timesteps.tolist(), -1]
    pairs = [[t, previous] for t, previous in pairwise(timesteps) if previous < t]
    return {"count": count, "jump": jump, "times": times, "steps": pairs}


def make() -> dict:
    """All of them."""
    spacings = [spacing("unclip", 0), spacing("leading", 0), spacing("leading", 1), spacing("trailing", 0)]
    cases = ((10, 3, 2), (25, 5, 4), (50, 10, 3), (4, 1, 3), (3, 5, 2), (7, 7, 3))
    return {
        "schedules": [schedule(name) for name in BETAS],
        "spacings": spacings,
        "steps": steps(),
        "inverse": inverse_steps(),
        "repaint": [repaint_steps(*case) for case in cases],
    }


if __name__ == "__main__":
    write_golden(__doc__, "schedulers.json", make)
