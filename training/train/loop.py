"""The loop that all trainers share: the budget of steps, progress, saving and restarting.

What a step draws depends on the seed and the step's number alone, so a run that is stopped and resumed ends as one
that was not; unless its budget is by the clock, which no two runs spend alike.
"""

import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.train.command_line import Arguments
from training.train.config import TrainerConfig
from training.train.networks.ema import Ema
from training.train.networks.weights import save_component

PRINT_SECONDS = 20  # by the clock, between two lines of progress
FORGET = 0.03  # share of a printed average that each step renews


@dataclass(frozen=True)
class Step:
    """One step of training, and the streams that it draws from."""

    number: int  # from 0
    progress: float  # share of the budget that is used up
    rng: np.random.Generator
    generator: torch.Generator  # on the CPU


@dataclass(frozen=True)
class StepLoss:
    """What a step came to."""

    loss: Tensor  # scalar, with its graph
    samples: int
    parts: dict[str, float | Tensor]  # by name, to be printed; reading a tensor would make a GPU wait at every step


LossOfStep = Callable[[Step], StepLoss]
OnSheet = Callable[[str], None]


def half_precision(device: str) -> torch.autocast:
    """Products in bfloat16, weights and sums in float32."""
    return torch.autocast(torch.device(device).type, torch.bfloat16)


def make_step(seed: int, number: int, progress: float) -> Step:
    """Step `number`, with streams keyed (seed, number)."""
    rng = np.random.default_rng([seed, number])
    return Step(number, progress, rng, torch.Generator().manual_seed(int(rng.integers(2**63))))


def learning_rate(config: TrainerConfig, step: Step) -> float:
    """A linear rise, a plateau, and half a cosine down to 0."""
    rise = min(1.0, (step.number + 1) / config.warmup_steps)
    left = min(1.0, (1 - step.progress) / config.decay_share)
    return config.learning_rate * rise * 0.5 * (1 - math.cos(math.pi * left))


def make_optimiser(config: TrainerConfig, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """AdamW; vectors (norms, biases) do not decay."""
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=config.betas, fused=True)


@dataclass(frozen=True)
class Done:
    """How far a run has come."""

    steps: int = 0
    samples: int = 0
    minutes: float = 0.0  # by the clock
    cpu_minutes: float = 0.0  # of the processor, all threads together


class Clock:
    """Counts on from what was done before."""

    def __init__(self, before: Done):
        self.before, self.start, self.cpu_start = before, time.monotonic(), time.process_time()
        self.steps, self.samples = before.steps, before.samples

    @property
    def seconds(self) -> float:
        """Of this process's training, by the clock."""
        return time.monotonic() - self.start

    def done(self) -> Done:
        """How far the run is now."""
        minutes, cpu_minutes = self.seconds / 60, (time.process_time() - self.cpu_start) / 60
        return Done(self.steps, self.samples, self.before.minutes + minutes, self.before.cpu_minutes + cpu_minutes)


@dataclass
class Run:
    """One training run: `modules` by component name, all trained together. Those with `save_pretrained` are saved."""

    modules: dict[str, nn.Module]
    config: TrainerConfig
    arguments: Arguments
    averages: dict[str, nn.Module] = field(init=False)  # the averaged weights, by component

    def __post_init__(self) -> None:
        self.emas = {name: Ema(module, self.config.ema) for name, module in self.modules.items()}
        self.averages = {name: ema.module for name, ema in self.emas.items()}
        self.out = self.arguments.out

    def train(self, loss_of_step: LossOfStep, on_sheet: OnSheet) -> bool:
        """Trains until the budget is used up; False if `--stop-after` ended it before.

        `loss_of_step` draws a batch from the step's own streams. `on_sheet(label)` shows what the averaged weights
        can do.
        """
        config = self.config
        parameters = [p for module in self.modules.values() for p in module.parameters() if p.requires_grad]
        optimiser = make_optimiser(config, parameters)
        print(f"{sum(p.numel() for p in parameters) / 1e6:.2f} M parameters", flush=True)
        clock, shown = Clock(self.restore(optimiser)), {}
        last_print = last_save = 0.0
        for module in self.modules.values():
            module.train()

        while (progress := self.progress(clock)) < 1:
            # One step of the optimiser.
            step = make_step(config.seed, clock.steps, progress)
            rate = learning_rate(config, step)
            for group in optimiser.param_groups:
                group["lr"] = rate
            result = loss_of_step(step)
            optimiser.zero_grad(set_to_none=True)
            result.loss.backward()
            norm = nn.utils.clip_grad_norm_(parameters, config.gradient_clip)
            if torch.isfinite(norm):
                optimiser.step()
            for name, ema in self.emas.items():
                ema.update(self.modules[name])
            clock.steps, clock.samples = clock.steps + 1, clock.samples + result.samples

            # What is seen and kept of it.
            for name, value in (result.parts | {"gradient": norm}).items():
                shown[name] = value if name not in shown else shown[name] + FORGET * (value - shown[name])
            if clock.seconds - last_print > PRINT_SECONDS:
                print(progress_line(clock, rate, shown), flush=True)
                last_print = clock.seconds
            if clock.seconds - last_save > 60 * config.save_minutes:
                self.save(optimiser, clock.done())
                last_save = clock.seconds
            if clock.steps in config.sheet_at:
                on_sheet(f"{clock.steps}")
            if self.arguments.stop_after and clock.seconds > 60 * self.arguments.stop_after:
                self.save(optimiser, clock.done())
                print(f"stopped: {asdict(clock.done())}", flush=True)
                return False

        self.save(optimiser, clock.done())
        on_sheet("final")
        print(f"finished: {asdict(clock.done())}", flush=True)
        return True

    def progress(self, clock: Clock) -> float:
        """The share of the budget that is used up."""
        if self.arguments.minutes:
            return clock.done().minutes / self.arguments.minutes
        return clock.steps / self.arguments.steps

    def save(self, optimiser: torch.optim.Optimizer, done: Done) -> None:
        """The averaged weights, and in `checkpoint.pt` all that `--resume` needs."""
        self.out.mkdir(parents=True, exist_ok=True)
        for name, average in self.averages.items():
            if hasattr(average, "save_pretrained"):
                save_component(average, self.out / name)
        states = {
            name: (module.state_dict(), self.averages[name].state_dict(), self.emas[name].updates)
            for name, module in self.modules.items()
        }
        part = self.out / "checkpoint.part"
        torch.save({"modules": states, "optimiser": optimiser.state_dict(), "done": asdict(done)}, part)
        os.replace(part, self.out / "checkpoint.pt")

    def restore(self, optimiser: torch.optim.Optimizer) -> Done:
        """Loads the checkpoint if `--resume` asks for it and there is one; returns how far it had come."""
        path = self.out / "checkpoint.pt"
        if not (self.arguments.resume and path.exists()):
            return Done()
        saved = torch.load(path, map_location=self.arguments.device, weights_only=True)
        for name, (weights, average, updates) in saved["modules"].items():
            self.modules[name].load_state_dict(weights)
            self.averages[name].load_state_dict(average)
            self.emas[name].updates = updates
        optimiser.load_state_dict(saved["optimiser"])
        print(f"resumed: {saved['done']}", flush=True)
        return Done(**saved["done"])


def progress_line(clock: Clock, rate: float, shown: dict[str, float]) -> str:
    """Time spent in all, the step, and the speed of this process."""
    done, speed = clock.done(), (clock.samples - clock.before.samples) / clock.seconds
    parts = "  ".join(f"{name} {value:.4f}" for name, value in shown.items())
    return (
        f"{done.minutes:6.1f} min ({done.cpu_minutes:.1f} cpu)  step {done.steps}  {speed:.1f} samples/s  "
        f"lr {rate:.1e}  {parts}"
    )


def mark_done(out: Path) -> None:
    """Tells `train_all` that nothing is left to do for the run in `out`."""
    (out / "DONE").write_text("")
