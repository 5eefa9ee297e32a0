"""The command line that all trainers share."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch

from training.paths import CONFIGS, TRAINING
from training.read_config import ConfigError, read_config
from training.train.config import TrainerConfig

Config = TypeVar("Config", bound=TrainerConfig)


@dataclass(frozen=True)
class Arguments:
    """How one process trains; what is trained stands in the configuration."""

    steps: int  # the budget, unless `minutes` is given
    minutes: float | None  # the budget by the clock
    stop_after: float | None  # minutes after which this process saves its checkpoint and ends
    init: Path | None  # a run's or a pack's folder, whose weights to begin with
    resume: bool  # go on from the run folder's checkpoint, if it has one
    device: str  # as torch names it
    out: Path  # the run folder


def parse_arguments(description: str, config_name: str, kind: type[Config]) -> tuple[Arguments, Config]:
    """The process's arguments and the configuration, by default `configs/<config_name>`; ends with a message if
    either is wrong.

    Seeds torch, from which fresh networks are drawn.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=CONFIGS / config_name)
    parser.add_argument("--steps", type=int, help="the budget; the learning rate reaches 0 at its end")
    parser.add_argument("--minutes", type=float, help="the budget by the clock, for a machine that is lent")
    parser.add_argument(
        "--stop-after", type=float, help="minutes after which this process saves its checkpoint and ends"
    )
    parser.add_argument("--init", type=Path, help="a run's folder or a pack's folder whose weights to begin with")
    parser.add_argument("--resume", action="store_true", help="go on from the run folder's checkpoint, if it has one")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", type=Path, help="run folder (default: the configuration's)")
    parsed = parser.parse_args()
    try:
        config = read_config(parsed.config, kind)
    except (ConfigError, OSError) as error:
        parser.error(str(error))
    arguments = Arguments(
        steps=parsed.steps or config.steps,
        minutes=parsed.minutes,
        stop_after=parsed.stop_after,
        init=parsed.init,
        resume=parsed.resume,
        device=parsed.device,
        out=parsed.out or TRAINING / config.run,
    )
    torch.manual_seed(config.seed)
    torch.set_flush_denormal(True)
    budget = f"{arguments.minutes:g} minutes" if arguments.minutes else f"{arguments.steps} steps"
    print(f"{config.stage}: seed {config.seed}, device {arguments.device}, {budget}", flush=True)
    return arguments, config
