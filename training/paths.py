"""Where things lie.

Paths in `configs/` are relative to `TRAINING`, those on a command line to the working directory.
"""

from pathlib import Path

TRAINING = Path(__file__).resolve().parent
REPOSITORY = TRAINING.parent
CONFIGS = TRAINING / "configs"
RUNS = TRAINING / "runs/1.0"
SCENES = TRAINING / "sets/scenes64-1"
CLASSIFIER = TRAINING / "classifier"
TOYBOX = REPOSITORY / "packs/toybox"
RANDOM_PACK = REPOSITORY / "test/fixtures/random-pack"
GOLDENS = REPOSITORY / "test/parity/goldens"
HELD_OUT = REPOSITORY / "test/fixtures/held-out"
SMALL_TEMPLATES = REPOSITORY / "test/fixtures/templates"
CHECKPOINTS = REPOSITORY / "test/fixtures/checkpoints"
TOYBOX_FOLDER = REPOSITORY / "test/fixtures/toybox-folder"
TEMPLATES = REPOSITORY / "packs/templates"
