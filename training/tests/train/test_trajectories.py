"""What a student is told of its teacher's way, and the steps of DDIM that lead along it."""

import numpy as np
import pytest
import torch

from training.train.diffusion.sampling import ddim, dpm_solver
from training.train.diffusion.schedule import alpha_bar_table
from training.train.diffusion.trajectories import BLOCK, KeptTrajectories, ddim_step, states, wanted_x0

ALPHA_BAR = alpha_bar_table()
TIMESTEPS = [999, 700, 400, 100]


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def guess(x, t):
    """A network that is never sure, for arrays and tensors."""
    return np.tanh(0.8 * x + t / 1000) if isinstance(x, np.ndarray) else torch.tanh(0.8 * x + t / 1000)


def test_states_are_those_that_the_solver_comes_by():
    x = normal(2, 8)
    found = states(ALPHA_BAR, TIMESTEPS, [999, 400], x, guess)
    seen = {}
    watched = lambda x, t: guess(seen.setdefault(t, x), t)
    result = dpm_solver(ALPHA_BAR.double().numpy(), TIMESTEPS, x.double().numpy(), watched)
    np.testing.assert_allclose(found, np.stack([seen[999], seen[400], result]), atol=1e-5)
    torch.testing.assert_close(found[0], x)


@pytest.mark.parametrize("kept", [[999, 300], [400, 999]])
def test_states_that_the_teacher_does_not_come_by_are_refused(kept):
    with pytest.raises(ValueError, match="not among the teacher's"):
        states(ALPHA_BAR, TIMESTEPS, kept, normal(1, 4), guess)


def test_steps_are_those_of_ddim():
    x = normal(3, 8)
    expected = ddim(
        ALPHA_BAR.double().numpy(), TIMESTEPS, x.double().numpy(),
        lambda x, t: (x - np.sqrt(ALPHA_BAR[t].item()) * guess(x, t)) / np.sqrt(1 - ALPHA_BAR[t].item()),
        None, eta=0.0, clip_range=1.0,
    )  # fmt: skip
    for t, after in zip(TIMESTEPS, [*TIMESTEPS[1:], None], strict=True):
        x = ddim_step(ALPHA_BAR, x, guess(x, t), t, after)
    np.testing.assert_allclose(x, expected, atol=1e-5)


@pytest.mark.parametrize("t, after", [(999, 699), (699, 399), (199, None)])
def test_the_wanted_guess_leads_to_the_goal(t, after):
    x, goal = normal(2, 8), normal(2, 8, seed=1)
    wanted = wanted_x0(ALPHA_BAR, x, goal, t, after)
    torch.testing.assert_close(ddim_step(ALPHA_BAR, x, wanted, t, after), goal, atol=1e-5, rtol=1e-5)


def kept_in(folder, settings=None):
    """Trajectories of one state and a result, and the blocks that were computed, by their first number."""
    computed = []

    def compute(numbers):
        computed.append(numbers[0])
        return torch.tensor(numbers).float()[None, :, None].expand(2, -1, 2) + torch.tensor([0.0, 100.0])[:, None, None]

    return KeptTrajectories(folder, settings or {"timesteps": (999, 699, 399, 199)}, compute), computed


def test_a_trajectory_is_computed_with_its_block_when_it_is_first_drawn_and_kept(tmp_path):
    folder = tmp_path / "new/kept"
    kept, computed = kept_in(folder)
    numbers = np.array([3, BLOCK + 1, 3, 0])
    drawn = kept.draw(numbers)
    assert drawn.shape == (2, 4, 2) and drawn[0, :, 1].tolist() == numbers.tolist()
    assert drawn[1, :, 0].tolist() == (numbers + 100).tolist() and computed == [0, BLOCK]
    torch.testing.assert_close(kept.draw(numbers), drawn)
    again, computed = kept_in(folder)
    torch.testing.assert_close(again.draw(numbers), drawn)
    assert computed == []


def test_trajectories_of_other_settings_are_refused(tmp_path):
    kept_in(tmp_path)
    with pytest.raises(
        ValueError, match=r"made with timesteps \[999, 699, 399, 199\], not \[999, 599, 299, 99\]: delete"
    ):
        kept_in(tmp_path, {"timesteps": (999, 599, 299, 99)})


def test_a_block_that_was_not_written_to_its_end_is_computed_again(tmp_path, monkeypatch):
    kept, _ = kept_in(tmp_path)

    def killed(stream, array):
        stream.write(b"half a block")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            kept.draw(np.array([0]))
    again, computed = kept_in(tmp_path)
    assert again.draw(np.array([2]))[:, 0, 0].tolist() == [2, 102] and computed == [0]
