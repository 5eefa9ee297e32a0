"""Trains the whole toybox, stage after stage, at the lowest priority; stopped at any moment, it goes on where it was.

    setsid nohup python train_all.py [STAGE ...] >> runs/1.0/train_all.log 2>&1 &

A stage is done when its run folder holds DONE: delete that file and checkpoint.pt to train it anew. Each stage runs in
turns of some minutes, so that scenes rendered meanwhile are used from the next turn on. A trainer leaves about a fifth of two
cores idle: a second driver with other stages takes that for nothing when the first one runs with --nice 5.
"""

import argparse
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent
RUNS = ROOT / "runs/1.0"
STAGES = {
    "scenes": ["render_dataset.py"],
    "clip": ["train_clip.py"],
    "classifier": ["train_classifier.py"],
    "crops256": ["render_dataset.py", "--crops", "256"],
    "crops1024": ["render_dataset.py", "--crops", "1024"],
    "decoder": ["train_decoder.py"],
    "prior": ["train_prior.py"],
    "upsampler-256": ["train_upsampler.py", "--config", "configs/upsampler-256.json"],
    "upsampler-1024": ["train_upsampler.py", "--config", "configs/upsampler-1024.json"],
    "decoder-polish": ["train_decoder.py", "--config", "configs/decoder-polish.json", "--init", "runs/1.0/decoder"],
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
    renders = STAGES[name][0] == "render_dataset.py"
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for another driver that has this stage
        while not (folder / "DONE").exists():
            turn = [] if renders else ["--resume", "--stop-after", str(minutes)]
            print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)
            with open(folder / "log.txt", "a") as log:
                code = subprocess.run([sys.executable, *STAGES[name], *turn], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT).returncode
            failures = failures + 1 if code else 0
            if failures == FAILURES_ALLOWED:
                raise SystemExit(f"{name} failed {failures} times, see {folder / 'log.txt'}")
            if renders and not code:
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
