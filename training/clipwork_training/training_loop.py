"""What the three trainers share: the wall-clock budget, the loop, progress, saving and restarting."""

import argparse
import json
import math
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from .ema import Ema
from .onnx_weights import load_onnx_weights

ROOT = Path(__file__).resolve().parents[1]


def parse_arguments(description: str, config: str) -> tuple[argparse.Namespace, dict]:
    """The trainers' common command line and the JSON configuration it names."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / config)
    parser.add_argument("--minutes", type=float, help="wall-clock budget; the learning rate reaches 0 at its end")
    parser.add_argument("--init", type=Path, help="a run's folder or a pack's folder to continue from")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", type=Path, help="run folder (default: runs/<stage>)")
    arguments = parser.parse_args()
    config = json.loads(arguments.config.read_text())
    arguments.minutes = arguments.minutes or config["minutes"]
    arguments.out = arguments.out or ROOT / "runs" / config["stage"]
    torch.manual_seed(config["seed"])
    torch.set_flush_denormal(True)
    print(f"{config['stage']}: seed {config['seed']}, device {arguments.device}, {arguments.minutes} minutes", flush=True)
    return arguments, config


def load_weights(model: nn.Module, folder: Path, name: str, elsewhere: tuple[str, ...] = ()) -> None:
    """Weights of component `name` from a run folder (`<name>/*.safetensors`) or a pack (`<name>.onnx`)."""
    saved = folder / name / "diffusion_pytorch_model.safetensors"
    if saved.exists():
        model.load_state_dict(load_file(saved))
    else:
        load_onnx_weights(model, folder / f"{name}.onnx", elsewhere)


def save_component(model: nn.Module, folder: Path) -> None:
    """`save_pretrained` such that each file of `folder` is replaced by one rename."""
    part = folder.with_name(folder.name + ".part")
    model.save_pretrained(part)
    folder.mkdir(parents=True, exist_ok=True)
    for file in part.iterdir():
        os.replace(file, folder / file.name)
    shutil.rmtree(part)


@dataclass
class Run:
    """One training run: `modules` by component name, all trained together."""

    modules: dict[str, nn.Module]
    config: dict
    minutes: float
    out: Path
    device: str
    emas: dict[str, Ema] = field(init=False)

    def __post_init__(self) -> None:
        self.emas = {name: Ema(module, self.config["ema"]) for name, module in self.modules.items()}

    def save(self) -> None:
        for name, ema in self.emas.items():
            save_component(ema.module, self.out / name)

    def train(self, loss_of_step, on_sheet) -> None:
        """Trains until the budget ends.

        `loss_of_step(progress)` takes the share of the budget that is used up and returns (loss, number of samples,
        parts to print). `on_sheet(label)` draws samples.
        """
        config, parameters = self.config, [p for m in self.modules.values() for p in m.parameters()]
        optimiser = torch.optim.AdamW(
            [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": config["weight_decay"]},
             {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}],
            lr=config["learning_rate"], betas=tuple(config["betas"]), fused=True)
        print(f"{sum(p.numel() for p in parameters) / 1e6:.2f} M parameters", flush=True)
        start, step, samples, averages = time.monotonic(), 0, 0, {}
        last_print = last_save = start
        sheets = sorted(config["sheet_minutes"])
        for module in self.modules.values():
            module.train()
        while (elapsed := time.monotonic() - start) < self.minutes * 60:
            progress = elapsed / (self.minutes * 60)
            decay = min(1.0, (1 - progress) / config["decay_share"])
            rate = config["learning_rate"] * min(1.0, (step + 1) / config["warmup_steps"]) * 0.5 * (1 - math.cos(math.pi * decay))
            for group in optimiser.param_groups:
                group["lr"] = rate
            loss, count, parts = loss_of_step(progress)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            norm = nn.utils.clip_grad_norm_(parameters, config["gradient_clip"])
            if torch.isfinite(norm):
                optimiser.step()
            for name, ema in self.emas.items():
                ema.update(self.modules[name])
            step, samples = step + 1, samples + count
            for name, value in (parts | {"gradient": norm.item()}).items():
                averages[name] = value if name not in averages else averages[name] + 0.03 * (value - averages[name])
            now = time.monotonic()
            if now - last_print > config.get("print_seconds", 20):
                shown = "  ".join(f"{name} {value:.4f}" for name, value in averages.items())
                print(f"{(now - start) / 60:6.1f} min  step {step}  {samples / (now - start):.1f} samples/s  lr {rate:.1e}  {shown}", flush=True)
                last_print = now
            if now - last_save > 60 * config["save_minutes"]:
                self.save()
                last_save = now
            if sheets and (now - start) / 60 > sheets[0]:
                on_sheet(f"{sheets.pop(0):g}min")
        self.save()
        on_sheet("final")
        print(f"finished: {step} steps, {samples} samples in {(time.monotonic() - start) / 60:.1f} minutes", flush=True)
