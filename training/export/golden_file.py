"""The command of goldens that are one file and need no pack: `--out` names their folder."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from training.paths import GOLDENS


def write_golden(description: str | None, name: str, make: Callable[[], dict]) -> None:
    """Reads the command line, makes the goldens, writes `name` as one line of JSON and prints how large it is."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=GOLDENS)
    path = parser.parse_args().out / name
    path.write_text(json.dumps(make()) + "\n")
    print(f"wrote {path}, {path.stat().st_size / 1024:.0f} KiB")
