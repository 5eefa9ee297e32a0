"""A run that was stopped goes on where it was."""

import argparse

import torch

from training.train.loop import Run

CONFIG = {"learning_rate": 0.1, "weight_decay": 0.0, "betas": [0.9, 0.99], "gradient_clip": 10.0, "ema": 0.9, "warmup_steps": 2,
          "decay_share": 0.5, "save_minutes": 60, "sheet_at": []}


def train(folder, *, steps=20, resume=False, stop_after=None):
    torch.manual_seed(0)
    module = torch.nn.Linear(3, 1)
    run = Run({"line": module}, CONFIG, argparse.Namespace(steps=steps, out=folder, resume=resume, stop_after=stop_after, device="cpu"))
    target, seen = torch.tensor([1.0, -2.0, 0.5]), []

    def loss_of_step(progress):
        seen.append(progress)
        x = torch.eye(3)
        return (module(x)[:, 0] - x @ target).square().mean(), 3, {}

    return run, run.train(loss_of_step, lambda label: None), seen


def test_a_stopped_run_ends_as_one_that_was_not(tmp_path):
    whole, finished, _ = train(tmp_path / "whole")
    assert finished
    for turn in range(20):  # one step a turn
        parts, finished, seen = train(tmp_path / "parts", resume=True, stop_after=1e-9)
        assert seen == [turn / 20] and not finished
    again, finished, seen = train(tmp_path / "parts", resume=True)
    assert finished and seen == []
    for new, old in zip(again.modules["line"].parameters(), whole.modules["line"].parameters(), strict=True):
        assert torch.equal(new, old)
    for new, old in zip(again.emas["line"].module.parameters(), whole.emas["line"].module.parameters(), strict=True):
        assert torch.equal(new, old)


def test_without_resume_a_run_begins_anew(tmp_path):
    train(tmp_path)
    _, _, seen = train(tmp_path)
    assert seen[0] == 0 and len(seen) == 20
