"""A run that was stopped goes on where it was, and draws what it would have drawn."""

from dataclasses import replace

import numpy as np
import torch

from training.train.command_line import Arguments
from training.train.config import TrainerConfig
from training.train.loop import Run, Step, StepLoss, learning_rate, make_step

CONFIG = TrainerConfig(
    stage="line",
    run="",
    seed=5,
    data="",
    steps=20,
    batch=4,
    learning_rate=0.1,
    warmup_steps=2,
    decay_share=0.5,
    betas=(0.9, 0.99),
    weight_decay=0.0,
    gradient_clip=10.0,
    ema=0.9,
    sheet_at=(),
    save_minutes=60,
)


def train(folder, *, resume=False, stop_after=None, minutes=None, config=CONFIG):
    """A line fitted to points that each step draws; what was drawn at each step, by its number."""
    torch.manual_seed(0)
    module = torch.nn.Linear(3, 1)
    arguments = Arguments(
        steps=20, minutes=minutes, stop_after=stop_after, init=None, resume=resume, device="cpu", out=folder
    )
    run = Run({"line": module}, config, arguments)
    target, drawn = torch.tensor([1.0, -2.0, 0.5]), {}

    def loss_of_step(step: Step) -> StepLoss:
        x = torch.randn(4, 3, generator=step.generator)
        drawn[step.number] = (x.tolist(), step.rng.random(3).tolist())
        return StepLoss((module(x)[:, 0] - x @ target).square().mean(), len(x), {})

    finished = run.train(loss_of_step, lambda label: None)
    return run, finished, drawn


def test_a_stopped_run_draws_and_ends_as_one_that_was_not(tmp_path):
    whole, finished, all_drawn = train(tmp_path / "whole")
    assert finished and list(all_drawn) == list(range(20))
    for turn in range(20):  # one step a turn
        parts, finished, drawn = train(tmp_path / "parts", resume=True, stop_after=1e-9)
        assert drawn == {turn: all_drawn[turn]} and not finished
    again, finished, drawn = train(tmp_path / "parts", resume=True)
    assert finished and drawn == {}
    for new, old in zip(again.modules["line"].parameters(), whole.modules["line"].parameters(), strict=True):
        assert torch.equal(new, old)
    for new, old in zip(again.averages["line"].parameters(), whole.averages["line"].parameters(), strict=True):
        assert torch.equal(new, old)


def test_a_budget_by_the_clock_ends_with_the_minutes_whatever_the_steps(tmp_path):
    _, finished, drawn = train(tmp_path, minutes=1e-4)  # 6 ms
    assert finished and drawn
    _, finished, drawn = train(tmp_path, resume=True, minutes=1e-4)
    assert finished and drawn == {}


def test_no_two_steps_and_no_two_seeds_draw_the_same(tmp_path):
    _, _, drawn = train(tmp_path / "one")
    _, _, other = train(tmp_path / "other", config=replace(CONFIG, seed=6))
    assert len({str(values) for values in [*drawn.values(), *other.values()]}) == 40


def test_without_resume_a_run_begins_anew(tmp_path):
    train(tmp_path)
    _, _, drawn = train(tmp_path)
    assert list(drawn) == list(range(20))


def test_the_learning_rate_rises_stays_and_falls_to_nothing():
    rates = [learning_rate(CONFIG, make_step(0, number, number / 20)) for number in range(21)]
    assert rates[0] == 0.05 and rates[1:11] == [0.1] * 10 and rates[20] == 0
    assert (np.diff(rates[10:]) < 0).all()
