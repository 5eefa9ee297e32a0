"""The code is formatted and linted by ruff as pyproject.toml says; lines hold at most 120 characters."""

import subprocess
import sys

import pytest

from training.paths import TRAINING


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_ruff_has_no_complaint(command):
    ran = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=TRAINING, capture_output=True, text=True)
    remedy = "Mend it in training/ with `python -m ruff check --fix .` and `python -m ruff format .`"
    assert ran.returncode == 0, f"{ran.stdout}\n{remedy}"
