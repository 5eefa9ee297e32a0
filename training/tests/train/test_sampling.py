"""The reference samplers beside diffusers' schedulers."""

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler

from training.train.diffusion.sampling import dpm_solver
from training.train.diffusion.schedule import alpha_bar_table


def test_dpm_solver_is_that_of_diffusers():
    """On trailing timesteps, where diffusers' scheduler, too, ends at the finished sample."""
    scheduler = DPMSolverMultistepScheduler(
        beta_schedule="squaredcos_cap_v2", timestep_spacing="trailing", prediction_type="sample"
    )
    scheduler.set_timesteps(6)
    timesteps = scheduler.timesteps.tolist()
    x = torch.randn(1, 8, generator=torch.Generator().manual_seed(1))
    guess = lambda x, t: np.tanh(0.8 * x + t / 1000)  # a network that is never sure
    expected = x.clone()
    for t in timesteps:
        expected = scheduler.step(torch.from_numpy(guess(expected.numpy(), t)), t, expected).prev_sample
    found = dpm_solver(alpha_bar_table().double().numpy(), timesteps, x.double().numpy(), guess)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)
