"""Trains the whole toybox, stage after stage, at the lowest priority; stopped at any moment, it goes on where it was.

    setsid nohup python -m training.train_all [STAGE ...] >> train_all.log 2>&1 &

A stage is done when its run folder holds DONE: delete that file and checkpoint.pt to train it anew. Each trainer runs
in turns of some minutes, so that scenes rendered meanwhile are used from the next turn on. A trainer leaves about a
fifth of two cores idle: a second driver with other stages takes that for nothing when the first one runs with --nice
5.
"""

import argparse
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from training.paths import CONFIGS, REPOSITORY, RUNS

# The module of each stage and its arguments.
STAGES = {
    "scenes": ["training.data.render_dataset"],
    "clip": ["training.train.clip"],
    "classifier": ["training.train.classifier"],
    "judge": ["training.judge.classifier"],
    "crops256": ["training.data.render_dataset", "--crops", "256"],
    "crops1024": ["training.data.render_dataset", "--crops", "1024"],
    "decoder": ["training.train.decoder"],
    "prior": ["training.train.prior"],
    "autoregressive-prior": ["training.train.autoregressive_prior"],
    "upsampler-256": ["training.train.upsampler", "--config", str(CONFIGS / "upsampler-256.json")],
    "upsampler-1024": ["training.train.upsampler", "--config", str(CONFIGS / "upsampler-1024.json")],
    "decoder-polish": [
        "training.train.decoder",
        "--config",
        str(CONFIGS / "decoder-polish.json"),
        "--init",
        str(RUNS / "decoder"),
    ],
    "decoder-2": [
        "training.train.decoder",
        "--config",
        str(CONFIGS / "decoder-2.json"),
        "--init",
        str(RUNS / "decoder-polish"),
    ],
}
FAILURES_ALLOWED = 3


def lower_priority(nice: int) -> None:
    """Gives way to everything else: nice counts only inside a session, the session's own weight is its autogroup's."""
    os.nice(19)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # a thread that waits for its turn must not spin meanwhile
    autogroup = Path("/proc/self/autogroup")
    if autogroup.exists():
        autogroup.write_text(str(nice))


def run_stage(name: str, minutes: float) -> None:
    """Runs one stage to its end; a stage that fails thrice in a row ends the whole."""
    folder, failures = RUNS / name, 0
    folder.mkdir(parents=True, exist_ok=True)
    in_turns = STAGES[name][0].startswith("training.train.")
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for another driver that has this stage
        while not (folder / "DONE").exists():
            turn = ["--resume", "--stop-after", str(minutes)] if in_turns else []
            print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)
            with open(folder / "log.txt", "a") as log:
                command = [sys.executable, "-m", *STAGES[name], *turn]
                code = subprocess.run(command, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT).returncode
            failures = failures + 1 if code else 0
            if failures == FAILURES_ALLOWED:
                raise SystemExit(f"{name} failed {failures} times, see {folder / 'log.txt'}")
            if not in_turns and not code:
                (folder / "DONE").write_text("")
    print(f"{time.strftime('%H:%M:%S')} {name} is done", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"of {', '.join(STAGES)} (default: all)")
    parser.add_argument("--turn", type=float, default=15, help="minutes of a turn")
    parser.add_argument("--nice", type=int, default=19, choices=range(20), help="the higher, the more it gives way")
    arguments = parser.parse_args()
    if unknown := set(arguments.stages) - set(STAGES):
        parser.error(f"no such stage: {', '.join(unknown)}")
    lower_priority(arguments.nice)
    for name in arguments.stages or STAGES:
        run_stage(name, arguments.turn)


if __name__ == "__main__":
    main()
