"""Writes test/parity/goldens/samplers.json: runs of diffusers' schedulers, call by call.

`python -m training.export.sampler_goldens`; no pack is needed. README.md beside the goldens explains the keys.
"""

from itertools import product

import numpy as np
import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    HeunDiscreteScheduler,
    PNDMScheduler,
)

from training.export.golden_file import write_golden
from training.export.random_goldens import pack_array

STEPS, NUMBERS = 5, 4
BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
PREDICTIONS = {"sample": "sample", "epsilon": "epsilon", "v": "v_prediction"}
SPACINGS = (("leading", 1), ("leading", 0), ("trailing", 0))


def ddim(prediction: str, spacing: dict, clip: float | None):
    end = spacing["timestep_spacing"] == "trailing"
    clipping = {"clip_sample": clip is not None, "clip_sample_range": clip or 1}
    return DDIMScheduler(**BETAS, **spacing, **clipping, prediction_type=prediction, set_alpha_to_one=end)


def pndm(prediction: str, spacing: dict, clip: float | None):
    end = spacing["timestep_spacing"] == "trailing"
    assert clip is None
    return PNDMScheduler(**BETAS, **spacing, prediction_type=prediction, skip_prk_steps=True, set_alpha_to_one=end)


def euler(prediction: str, spacing: dict, clip: float | None):
    assert clip is None
    return EulerDiscreteScheduler(**BETAS, **spacing, prediction_type=prediction)


def heun(prediction: str, spacing: dict, clip: float | None):
    clipping = {"clip_sample": clip is not None, "clip_sample_range": clip or 1}
    return HeunDiscreteScheduler(**BETAS, **spacing, **clipping, prediction_type=prediction)


def dpm(kind: str):
    def make(prediction: str, spacing: dict, clip: float | None):
        assert clip is None
        return DPMSolverMultistepScheduler(**BETAS, **spacing, algorithm_type=kind, prediction_type=prediction)

    return make


# By our name: the scheduler, the clamps that it can have, and whether it ends at the ᾱ of its configuration.
SAMPLERS = {
    "ddim": (ddim, (None, 0.5), True),
    "pndm": (pndm, (None,), True),
    "euler": (euler, (None,), False),
    "heun": (heun, (None, 0.5), False),
    "dpm++2m": (dpm("dpmsolver++"), (None,), False),
    "dpm++2m-sde": (dpm("sde-dpmsolver++"), (None,), False),
}


def waves(index: int, *parts: tuple[float, float, float]) -> torch.Tensor:
    """float32 [1, NUMBERS]: a sum of sines with height, frequency along the numbers and shift with `index`."""
    i = np.arange(NUMBERS)
    values = sum(height * np.sin(frequency * i + shift * index) for height, frequency, shift in parts)
    return torch.from_numpy(values.astype(np.float32))[None]


def noise(index: int) -> torch.Tensor:
    """What stands for standard normals: that of x_T is 0, those of the calls count from 1."""
    return waves(index, (1.4, 2.9, 1.3))


def network(x: torch.Tensor, alpha_bar: torch.Tensor, prediction: str, call: int) -> torch.Tensor:
    """What a network predicts that is not sure of the clean sample: another one near it in every call."""
    x0 = waves(call, (0.9, 1.7, 0), (0.3, 2.3, 5))
    epsilon = (x - alpha_bar.sqrt() * x0) / (1 - alpha_bar).sqrt()
    v = alpha_bar.sqrt() * epsilon - (1 - alpha_bar).sqrt() * x0
    return {"sample": x0, "epsilon": epsilon, "v": v}[prediction]


def run(sampler: str, prediction: str, spacing: tuple[str, int], clip: float | None, eta: float) -> dict:
    """The timesteps of the network's calls, and in `x` the x_t of each and the finished sample."""
    make, _, ends = SAMPLERS[sampler]
    scheduler = make(PREDICTIONS[prediction], {"timestep_spacing": spacing[0], "steps_offset": spacing[1]}, clip)
    scheduler.set_timesteps(STEPS)
    x, seen = noise(0) * scheduler.init_noise_sigma, []
    for call, t in enumerate(scheduler.timesteps):
        seen.append(scheduler.scale_model_input(x, t))
        output = network(seen[-1], scheduler.alphas_cumprod[int(t)], prediction, call)
        more = {"eta": eta, "use_clipped_model_output": True} if sampler == "ddim" else {}
        if sampler == "ddim" or sampler.startswith("dpm"):
            more["variance_noise"] = noise(call + 1)
        x = scheduler.step(output, t, x, **more).prev_sample
    final = "one" if not ends or scheduler.config.set_alpha_to_one else "first"
    told = {"sampler": sampler, "prediction": prediction, "spacing": spacing[0], "offset": spacing[1], "clip": clip}
    timesteps = [int(t) for t in scheduler.timesteps]
    return told | {"eta": eta, "finalAlphaBar": final, "timesteps": timesteps, "x": pack_array(torch.cat([*seen, x]))}


def make() -> dict:
    """All of them; PNDM has no prediction of the sample. Noise of ddim and a last timestep of 0 are tried once."""
    cases = []
    for sampler, (_, clips, _) in SAMPLERS.items():
        for prediction, spacing, clip in product(PREDICTIONS, SPACINGS, clips):
            if sampler == "pndm" and prediction == "sample":
                continue
            if spacing == ("leading", 0) and (prediction != "epsilon" or clip):
                continue
            if spacing[0] == "trailing" and prediction == "sample":
                continue
            cases.append(run(sampler, prediction, spacing, clip, 0))
            if sampler == "ddim" and clip is None:
                cases.append(run(sampler, prediction, spacing, clip, 0.5))
    counts = (1, 2, 3, 7, 15, 25)
    return {"count": STEPS, "runs": cases, "dpmSpacings": [dpm_spacing(*spacing, counts) for spacing in DPM_SPACINGS]}


# Their own name for the spacing of both ends is "linspace".
DPM_SPACINGS = (("unclip", 0), ("leading", 0), ("leading", 1), ("trailing", 0))


def dpm_spacing(name: str, offset: int, counts: tuple[int, ...]) -> dict:
    """The timesteps of `DPMSolverMultistepScheduler` by the number of steps."""
    timesteps = {}
    for count in counts:
        spacing = "linspace" if name == "unclip" else name
        scheduler = DPMSolverMultistepScheduler(timestep_spacing=spacing, steps_offset=offset)
        scheduler.set_timesteps(count)
        timesteps[str(count)] = scheduler.timesteps.tolist()
    return {"spacing": name, "offset": offset, "timesteps": timesteps}


if __name__ == "__main__":
    write_golden(__doc__, "samplers.json", make)
