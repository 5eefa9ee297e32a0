"""What the trainers share: the budget of steps, the loop, progress, saving and restarting."""

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

from training.paths import CONFIGS, TRAINING
from training.train.networks.ema import Ema
from training.train.networks.onnx_weights import load_onnx_weights


def parse_arguments(description: str, config: str) -> tuple[argparse.Namespace, dict]:
    """The trainers' common command line and the JSON configuration it names."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=CONFIGS / config)
    parser.add_argument("--steps", type=int, help="the budget; the learning rate reaches 0 at its end")
    parser.add_argument("--stop-after", type=float, help="minutes after which this process saves its checkpoint and ends")
    parser.add_argument("--init", type=Path, help="a run's folder or a pack's folder whose weights to begin with")
    parser.add_argument("--resume", action="store_true", help="go on from the run folder's checkpoint, if it has one")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", type=Path, help="run folder (default: the configuration's)")
    arguments = parser.parse_args()
    config = json.loads(arguments.config.read_text())
    arguments.steps = arguments.steps or config["steps"]
    arguments.out = arguments.out or TRAINING / config["run"]
    if arguments.resume and (arguments.out / "checkpoint.pt").exists():
        config["seed"] += int(time.time())  # a resumed run must not see its first batches again
    torch.manual_seed(config["seed"])
    torch.set_flush_denormal(True)
    print(f"{config['stage']}: seed {config['seed']}, device {arguments.device}, {arguments.steps} steps", flush=True)
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
    """One training run: `modules` by component name, all trained together. Those with `save_pretrained` are saved."""

    modules: dict[str, nn.Module]
    config: dict
    arguments: argparse.Namespace
    emas: dict[str, Ema] = field(init=False)

    def __post_init__(self) -> None:
        self.emas = {name: Ema(module, self.config["ema"]) for name, module in self.modules.items()}
        self.out = self.arguments.out

    def save(self, optimiser: torch.optim.Optimizer, done: dict) -> None:
        """The averaged weights, and in `checkpoint.pt` all that `--resume` needs; `done`: steps, samples, minutes."""
        self.out.mkdir(parents=True, exist_ok=True)
        for name, ema in self.emas.items():
            if hasattr(ema.module, "save_pretrained"):
                save_component(ema.module, self.out / name)
        states = {name: (module.state_dict(), self.emas[name].module.state_dict(), self.emas[name].updates) for name, module in self.modules.items()}
        part = self.out / "checkpoint.part"
        torch.save({"modules": states, "optimiser": optimiser.state_dict(), "done": done}, part)
        os.replace(part, self.out / "checkpoint.pt")

    def restore(self, optimiser: torch.optim.Optimizer) -> dict:
        """Steps, samples, minutes (by the clock and of the processor) of the checkpoint; zeros where there is none or none is asked for."""
        path = self.out / "checkpoint.pt"
        if not (self.arguments.resume and path.exists()):
            return {"steps": 0, "samples": 0, "minutes": 0.0, "cpu_minutes": 0.0}
        saved = torch.load(path, map_location=self.arguments.device, weights_only=True)
        for name, (weights, average, updates) in saved["modules"].items():
            self.modules[name].load_state_dict(weights)
            self.emas[name].module.load_state_dict(average)
            self.emas[name].updates = updates
        optimiser.load_state_dict(saved["optimiser"])
        print(f"resumed: {saved['done']}", flush=True)
        return saved["done"]

    def train(self, loss_of_step, on_sheet) -> bool:
        """Trains until the budget of steps is used up; False if `--stop-after` ended it before.

        `loss_of_step(progress)` takes the share of the budget that is used up and returns (loss, number of samples,
        parts to print). `on_sheet(label)` draws samples.
        """
        config, parameters = self.config, [p for m in self.modules.values() for p in m.parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(
            [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": config["weight_decay"]},
             {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}],
            lr=config["learning_rate"], betas=tuple(config["betas"]), fused=True)
        print(f"{sum(p.numel() for p in parameters) / 1e6:.2f} M parameters", flush=True)
        before = self.restore(optimiser)
        step, samples, total, averages = before["steps"], before["samples"], self.arguments.steps, {}
        start, cpu = time.monotonic(), time.process_time()
        last_print = last_save = start
        for module in self.modules.values():
            module.train()

        def done() -> dict:
            return {"steps": step, "samples": samples, "minutes": before["minutes"] + (time.monotonic() - start) / 60,
                    "cpu_minutes": before["cpu_minutes"] + (time.process_time() - cpu) / 60}

        while step < total:
            progress = step / total
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
                shown, spent = "  ".join(f"{name} {value:.4f}" for name, value in averages.items()), done()
                print(f"{spent['minutes']:6.1f} min ({spent['cpu_minutes']:.1f} cpu)  step {step}  "
                      f"{(samples - before['samples']) / (now - start):.1f} samples/s  lr {rate:.1e}  {shown}", flush=True)
                last_print = now
            if now - last_save > 60 * config["save_minutes"]:
                self.save(optimiser, done())
                last_save = now
            if step in config["sheet_at"]:
                on_sheet(f"{step}")
            if self.arguments.stop_after and now - start > 60 * self.arguments.stop_after:
                self.save(optimiser, done())
                print(f"stopped: {done()}", flush=True)
                return False
        self.save(optimiser, done())
        on_sheet("final")
        print(f"finished: {done()}", flush=True)
        return True


def mark_done(out: Path) -> None:
    """Tells `train_all.py` that nothing is left to do for the run in `out`."""
    (out / "DONE").write_text("")
