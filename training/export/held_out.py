"""Writes test/fixtures/held-out: renders that no network was trained on, for measurements of the toybox in Node.

`python -m training.export.held_out`; no pack is needed. `sheet.png` holds the pictures in rows of 8 without gaps,
`captions.json` a caption of each, which names everything.
"""

import argparse
import json
from pathlib import Path

from training.data.captions import caption
from training.data.config import ScenesConfig
from training.data.dataset import render_split
from training.data.png import write_png
from training.paths import CONFIGS, HELD_OUT
from training.read_config import read_config

COUNT, COLUMNS = 64, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HELD_OUT)
    arguments = parser.parse_args()
    config = read_config(CONFIGS / "scenes-2.json", ScenesConfig)
    scenes = render_split(config.seed, "evaluation", 0, COUNT, config.size, config.supersample)
    size, captions = config.size, [caption(row, canonical=True) for row in scenes.attributes]
    rows = scenes.images.reshape(-1, COLUMNS, 3, size, size)
    write_png(arguments.out / "sheet.png", rows.transpose(0, 3, 1, 4, 2).reshape(-1, COLUMNS * size, 3))
    (arguments.out / "captions.json").write_text(json.dumps(captions, indent=1) + "\n")
    print(f"wrote {COUNT} pictures to {arguments.out}")


if __name__ == "__main__":
    main()
