"""Judges the CLIP of a pack on held-out renders: `python evaluate_clip.py [--pack DIR]`.

Retrieval among full, distinct captions, captions of near misses, zero-shot colour, shape and painted word, and how far a painted
word leads the zero-shot colour and shape astray. Figures go to `clip.json` beside those of evaluate.py.
"""

import argparse
import json
from pathlib import Path

from clipwork_training.arrange import sample_scene
from clipwork_training.attributes import COLUMNS
from clipwork_training.dataset import load_scenes
from clipwork_training.judge_clip import Encoders, retrieval, told_from_near_misses, typographic_attack, zero_shot
from clipwork_training.judging import counted, shown
from clipwork_training.pack_runtime import Pack
from clipwork_training.training_loop import ROOT

ATTACKS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=ROOT.parent / "packs/toybox")
    parser.add_argument("--data", type=Path, default=ROOT / "data/scenes64-1")
    parser.add_argument("--out", type=Path, default=ROOT / "runs/1.0/evaluation")
    arguments = parser.parse_args()
    pack, data = Pack(arguments.pack), load_scenes(arguments.data, "evaluation")
    clip = Encoders(pack.encode_image, lambda captions: pack.encode_text(captions)["text_embedding"])
    plain = ((data.column("count") == 1) & (data.column("lettering") == 0)).nonzero()[0]
    answers = {"retrieval": retrieval(clip, data), "near misses": told_from_near_misses(clip, data)}
    answers["zero-shot"] = {name: zero_shot(clip, data, plain, name) for name in ("colour 1", "solid 1")}
    answers["words"] = {where: zero_shot(clip, data, (data.column("lettering") == k).nonzero()[0], "word") for k, where in enumerate(COLUMNS["lettering"]) if k}
    on_solids = (data.column("lettering") == list(COLUMNS["lettering"]).index("solid")).nonzero()[0][:ATTACKS]
    seed = json.loads((ROOT / "configs/scenes.json").read_text())["seed"]
    scenes = [sample_scene(seed, "evaluation", int(i)) for i in on_solids]
    for name in ("colour 1", "solid 1"):
        answers[f"attack on {name.split()[0]}"] = typographic_attack(clip, scenes, name)
    for what, found in answers.items():
        print(f"{what}: {shown(found)}", flush=True)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "clip.json").write_text(json.dumps({what: counted(found) for what, found in answers.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
