"""Our class of DALLE2-pytorch's prior computes what the package computed."""

import base64
import json

import numpy as np
import torch
from safetensors.torch import load_file

from training.export.random_goldens import CAPTIONS, load_models, token_rows
from training.export.templates.dalle2 import DiffusionPriorNetwork
from training.export.templates.small import DALLE2
from training.paths import CHECKPOINTS, GOLDENS, RANDOM_PACK


def array(packed: dict) -> torch.Tensor:
    return torch.from_numpy(np.frombuffer(base64.b64decode(packed["float32"]), "<f4").reshape(packed["shape"]).copy())


@torch.no_grad()
def test_guided_outputs_of_every_step_are_those_of_the_package():
    golden = json.loads((GOLDENS / "dalle2.json").read_text())
    network = DiffusionPriorNetwork(**DALLE2).eval()
    stored = load_file(CHECKPOINTS / "small-dalle2-prior/latest.safetensors")
    named = {name.removeprefix("net."): value for name, value in stored.items()}
    missing, unexpected = network.load_state_dict(named, strict=False)
    assert missing == [] and all("rotary_emb" in name or "noise_scheduler" in name for name in unexpected)
    models, manifest = load_models(RANDOM_PACK)
    ids, mask = token_rows(RANDOM_PACK, manifest, CAPTIONS)
    text = models["clip-text"](input_ids=ids.long())
    for t, state, output in zip(golden["timesteps"], golden["states"], golden["outputs"], strict=True):
        times = torch.full((len(CAPTIONS),), float(t))
        kept, dropped = (
            network(array(state), times, text.text_embeds, text.last_hidden_state, mask, torch.full_like(times, keep))
            for keep in (1.0, 0.0)
        )
        guided = dropped + golden["guidanceScale"] * (kept - dropped)
        assert (kept - dropped).abs().max() > 1e-2
        np.testing.assert_allclose(guided.numpy(), array(output).numpy(), atol=1e-5)
