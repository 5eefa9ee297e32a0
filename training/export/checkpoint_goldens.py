"""Writes test/parity/goldens/checkpoints.json: what the networks of test/fixtures/checkpoints compute in torch.

`python -m training.export.checkpoint_goldens`, after `small_checkpoints`. Each network is loaded from its folder by its
own class, and called as a stage is. README.md beside the goldens explains the keys. Karlo's are the random pack's.
"""

import argparse
import json
from pathlib import Path

import open_clip
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel, VQModel
from safetensors.torch import load_file
from torch import nn
from transformers import CLIPTextModel

from training.export.random_goldens import pack_array
from training.export.templates.eclipse import EclipsePrior
from training.export.templates.small import ECLIPSE, TEMPLATES
from training.paths import CHECKPOINTS, GOLDENS

# Folder of a checkpoint, its component, and the template whose call it is.
NETWORKS = (
    ("small-eclipse", "", "small-eclipse-prior"),
    ("small-kandinsky-2-2-decoder", "unet", "small-kandinsky-2-2-decoder"),
    ("small-kandinsky-2-2-decoder", "movq", "small-movq-encoder"),
    ("small-kandinsky-2-2-decoder", "movq", "small-movq-decoder"),
    ("small-stable-unclip", "text_encoder", "small-stable-unclip-text"),
    ("small-stable-unclip", "unet", "small-stable-unclip-decoder"),
    ("small-stable-unclip", "vae", "small-vae-encoder"),
    ("small-stable-unclip", "vae", "small-vae-decoder"),
    ("small-open-clip", "", "small-karlo-text"),
    ("small-open-clip", "", "small-karlo-image"),
)
CLASSES = {"unet": UNet2DConditionModel, "movq": VQModel, "text_encoder": CLIPTextModel, "vae": AutoencoderKL}


class OpenClipText(nn.Module):
    """A text tower of open_clip, called as transformers' is."""

    def __init__(self, model):
        super().__init__()
        self.model, self.states = model, None
        model.ln_final.register_forward_hook(lambda _module, _inputs, output: setattr(self, "states", output))

    def forward(self, ids):
        return self.model.encode_text(ids.long()), self.states


class OpenClipImage(nn.Module):
    """The same of an image tower."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        return self.model.encode_image(image)


ADAPTERS = {
    ("small-open-clip", "small-karlo-text"): OpenClipText,
    ("small-open-clip", "small-karlo-image"): OpenClipImage,
}


def load(folder: Path, component: str) -> nn.Module:
    """The network in the folder, as float32."""
    if (folder / "open_clip_config.json").exists():
        network = open_clip.CLIP(**json.loads((folder / "open_clip_config.json").read_text())["model_cfg"])
        network.load_state_dict(load_file(folder / "open_clip_model.safetensors"))
        return network.eval()
    if component:
        return CLASSES[component].from_pretrained(folder / component).float().eval()
    network = EclipsePrior(**ECLIPSE)
    network.load_state_dict(load_file(folder / "diffusion_pytorch_model.safetensors"))
    return network.eval()


@torch.no_grad()
def make() -> list[dict]:
    """Two rows of each network, in pictures and latents of another size than those by which templates are traced."""
    goldens = []
    for checkpoint, component, name in NETWORKS:
        (template,) = (template for template in TEMPLATES if template.name == name)
        feeds = template.feeds(2, 3)
        adapter = ADAPTERS.get((checkpoint, name), template.adapter)
        outputs = adapter(load(CHECKPOINTS / checkpoint, component))(*feeds.values())
        outputs = dict(zip(template.outputs, outputs if isinstance(outputs, tuple) else (outputs,), strict=True))
        goldens.append(
            {
                "checkpoint": checkpoint,
                "component": component,
                "role": template.role,
                "feeds": {key: pack_array(value) for key, value in feeds.items()},
                "outputs": {key: pack_array(value) for key, value in outputs.items()},
            }
        )
    return goldens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=GOLDENS)
    arguments = parser.parse_args()
    path = arguments.out / "checkpoints.json"
    path.write_text(json.dumps(make()) + "\n")
    print(f"wrote {path}, {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
