"""Writes templates: `python -m training.export.templates.write [--only NAME …]` (docs/templates.md)."""

import argparse
import gzip
import json
import time
from pathlib import Path

from training.export.pack import write_atomically
from training.export.templates import (
    clip_models,
    dalle2,
    eclipse,
    kandinsky,
    karlo,
    multilingual,
    small,
    stable_unclip,
    toybox,
)
from training.export.templates.graph import trace
from training.export.templates.template import Template, parameters
from training.export.templates.weightless import weightless
from training.paths import SMALL_TEMPLATES, TEMPLATES

PUBLIC = (clip_models, karlo, kandinsky, multilingual, eclipse, dalle2, stable_unclip, toybox)
LIBRARIES = {
    TEMPLATES: tuple(template for family in PUBLIC for template in family.TEMPLATES),
    SMALL_TEMPLATES: small.TEMPLATES,
}


def description(template: Template, network) -> dict:
    """What stands beside a template's graph."""
    shapes = parameters(network)
    return {
        "class": list(template.classes),
        "role": template.role,
        "config": template.config,
        "defaults": template.defaults,
        "beside": {name: {"shape": list(shapes[name].shape), "goes": goes} for name, goes in template.beside.items()},
        "ignored": list(template.ignored),
        "layouts": list(template.layouts),
    }


def write_template(folder: Path, template: Template) -> int:
    """Writes both files of a template, the same bytes each time; returns how many."""
    network = weightless(template.build)
    graph = trace(template, network).SerializeToString(deterministic=True)
    files = {
        f"{template.name}.onnx.gz": gzip.compress(graph, 9, mtime=0),
        f"{template.name}.json": (json.dumps(description(template, network), indent=1) + "\n").encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        write_atomically(folder / name, data)
    return sum(map(len, files.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="the templates to write; all if left out")
    arguments = parser.parse_args()
    for folder, templates in LIBRARIES.items():
        for template in templates:
            if arguments.only and template.name not in arguments.only:
                continue
            start = time.process_time()
            written = write_template(folder, template)
            print(
                f"{template.name:28} {written / 1024:7.1f} KiB  {time.process_time() - start:6.1f} s of CPU", flush=True
            )


if __name__ == "__main__":
    main()
