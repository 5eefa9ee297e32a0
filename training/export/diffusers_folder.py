"""Writes toybox as a folder of diffusers' `UnCLIPPipeline`: `python -m training.export.diffusers_folder --out FOLDER`.

The weights are the pack's own, widened to float32. CLIP, prior, condition and schedulers are the classes of Karlo; the
U-Nets are those behind a pixel unshuffle (`training.train.networks.unclip_models`), which the folder names by their
module. diffusers imports no module because a folder names it, so that one is imported first; then
`UnCLIPPipeline.from_pretrained` loads the folder, and remarks that two classes are not those it expects.
The image encoder, which that pipeline leaves aside, is what `UnCLIPImageVariationPipeline` asks for.
"""

import argparse
import json
from pathlib import Path

from diffusers import __version__
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline
from transformers import CLIPVisionModelWithProjection

from training.export.checkpoint_files import preprocessing, save, write_json, write_tokenizer
from training.export.pack import only
from training.export.pack_pipeline import load_pipeline
from training.paths import TOYBOX
from training.train.networks.clip_model import load_models
from training.train.tokenizer_bpe import CONTEXT_LENGTH

NETWORKS = ("text_encoder", "prior", "text_proj", "decoder", "super_res_first", "super_res_last")
SCHEDULERS = ("prior_scheduler", "decoder_scheduler", "super_res_scheduler")
LIBRARIES = ("diffusers", "transformers")
README = """---
license: {licence}
---

The networks of Clipwork's pack "{name}", for `UnCLIPPipeline` and `UnCLIPImageVariationPipeline` of diffusers.
The U-Nets are classes of Clipwork's repository, in whose root this loads them:

```python
import training.train.networks.unclip_models
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline

pipeline = UnCLIPPipeline.from_pretrained(FOLDER)
picture = pipeline("a red cube on sand", prior_guidance_scale={prior}, decoder_guidance_scale={decoder}).images[0]
```
"""


def library_of(kind: type) -> str:
    """What `model_index.json` calls the place of a class: the library if it is there by name, or else its module."""
    library = kind.__module__.split(".")[0]
    # UnCLIPTextProjModel is in diffusers, but under no name of its own.
    return library if library in LIBRARIES and kind.__name__ != "UnCLIPTextProjModel" else kind.__module__


def write_folder(folder: Path, pipeline: UnCLIPPipeline, image_encoder: CLIPVisionModelWithProjection) -> None:
    """Writes the pipeline's networks and schedulers, the image encoder, and the index that names them all."""
    networks = {name: getattr(pipeline, name) for name in NETWORKS} | {"image_encoder": image_encoder}
    index = {"_class_name": "UnCLIPPipeline", "_diffusers_version": __version__}
    for name, network in networks.items():
        save(network, folder / name)
        index[name] = [library_of(type(network)), type(network).__name__]
    for name in SCHEDULERS:
        getattr(pipeline, name).save_pretrained(folder / name)
        index[name] = ["diffusers", "UnCLIPScheduler"]
    model = json.loads(pipeline.tokenizer.backend_tokenizer.to_str())["model"]
    write_tokenizer(folder / "tokenizer", model["vocab"], model["merges"], CONTEXT_LENGTH)
    index["tokenizer"] = ["transformers", "CLIPTokenizer"]
    write_json(folder / "feature_extractor/preprocessor_config.json", preprocessing(image_encoder.config.image_size))
    index["feature_extractor"] = ["transformers", "CLIPImageProcessor"]
    write_json(folder / "model_index.json", index)


def readme(manifest: dict) -> str:
    """The folder's README.md, whose front matter names the licence."""
    scale = lambda stage: manifest["stages"][stage]["defaults"]["guidanceScale"]
    named = {"name": manifest["name"], "licence": manifest["licence"].lower()}
    return README.format(prior=scale("prior"), decoder=scale("decoder"), **named)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=TOYBOX)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    manifest = json.loads((arguments.pack / "manifest.json").read_text())
    assert only(manifest["texts"])["contextLength"] == CONTEXT_LENGTH
    write_folder(arguments.out, load_pipeline(arguments.pack, manifest), load_models(arguments.pack)[1])
    (arguments.out / "README.md").write_text(readme(manifest))
    files = [path for path in arguments.out.rglob("*") if path.is_file()]
    print(f"wrote {arguments.out}: {sum(path.stat().st_size for path in files) / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
