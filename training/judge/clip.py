"""Judges the CLIP of a pack on held-out renders: `python -m training.judge.clip [--pack DIR]`.

Retrieval among full, distinct captions, captions of near misses, zero-shot colour, shape and painted word, and how
far a painted word leads the zero-shot colour and shape astray. Figures go to `clip.json` beside those of
`judge.pack`.
"""

import argparse
import json
from pathlib import Path

from training.data.arrange import sample_scene
from training.data.attributes import COLUMNS
from training.data.config import ScenesConfig
from training.data.dataset import load_scenes
from training.judge.answers import counted, shown
from training.judge.clip_questions import typographic_attack, zero_shot
from training.judge.pack_runtime import Pack
from training.paths import CONFIGS, RUNS, SCENES, TOYBOX
from training.read_config import read_config
from training.train.retrieval import Encoders, retrieval, told_from_near_misses

ATTACKS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=TOYBOX)
    parser.add_argument("--data", type=Path, default=SCENES)
    parser.add_argument("--out", type=Path, default=RUNS / "evaluation")
    arguments = parser.parse_args()
    pack, data = Pack(arguments.pack), load_scenes(arguments.data, "evaluation")
    clip = Encoders(pack.encode_image, lambda captions: pack.encode_text(captions)["text_embedding"])
    plain = ((data.column("count") == 1) & (data.column("lettering") == 0)).nonzero()[0]
    answers = {"retrieval": retrieval(clip, data), "near misses": told_from_near_misses(clip, data)}
    answers["zero-shot"] = {name: zero_shot(clip, data, plain, name) for name in ("colour 1", "solid 1")}
    answers["words"] = {
        where: zero_shot(clip, data, (data.column("lettering") == k).nonzero()[0], "word")
        for k, where in enumerate(COLUMNS["lettering"])
        if k
    }
    on_solids = (data.column("lettering") == list(COLUMNS["lettering"]).index("solid")).nonzero()[0][:ATTACKS]
    seed = read_config(CONFIGS / "scenes.json", ScenesConfig).seed
    scenes = [sample_scene(seed, "evaluation", int(i)) for i in on_solids]
    for name in ("colour 1", "solid 1"):
        answers[f"attack on {name.split()[0]}"] = typographic_attack(clip, scenes, name)
    for what, found in answers.items():
        print(f"{what}: {shown(found)}", flush=True)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "clip.json").write_text(
        json.dumps({what: counted(found) for what, found in answers.items()}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
