"""Writes test/parity/goldens/dalle2.json: DALLE2-pytorch itself on test/fixtures/checkpoints/small-dalle2-prior.

`python -m training.export.dalle2_goldens`, after `small_checkpoints`, where dalle2-pytorch 1.15.6 is installed. It is
no requirement of this project, for it asks for another version of open_clip; a test holds our own class to what it
computed.
"""

import json

import torch
from safetensors.torch import load_file

from training.export.golden_file import write_golden
from training.export.random_goldens import CAPTIONS, load_models, pack_array, token_rows
from training.paths import CHECKPOINTS, RANDOM_PACK
from training.train.diffusion.sampling import counted_noise

SEEDS, SCALE = [11, 12], 2.0


@torch.no_grad()
def make() -> dict:
    """Every step of sampling two captions' embeddings with guidance, by `DiffusionPrior.p_sample` on counted noise."""
    from dalle2_pytorch.dalle2_pytorch import DiffusionPrior, DiffusionPriorNetwork

    folder = CHECKPOINTS / "small-dalle2-prior"
    config = json.loads((folder / "prior_config.json").read_text())["prior"]
    fields = {key: value for key, value in config.items() if key not in ("clip", "net")}
    prior = DiffusionPrior(DiffusionPriorNetwork(**config["net"]), **fields).eval()
    weights = {key: value for key, value in load_file(folder / "latest.safetensors").items() if key.startswith("net.")}
    missing, unexpected = prior.load_state_dict(weights, strict=False)
    assert not unexpected and all(name.startswith("noise_scheduler.") for name in missing)

    models, manifest = load_models(RANDOM_PACK)
    ids, mask = token_rows(RANDOM_PACK, manifest, CAPTIONS)
    text = models["clip-text"](input_ids=ids.long())
    # As its adapters of CLIP do: the embedding of length one, the padding's encodings zero.
    conditions = {
        "text_embed": torch.nn.functional.normalize(text.text_embeds, dim=-1),
        "text_encodings": text.last_hidden_state * mask[..., None],
    }
    noise = lambda step: counted_noise("prior", (config["image_embed_dim"],), SEEDS, step)
    x, timesteps, states, outputs = noise(0), list(reversed(range(config["timesteps"]))), [], []
    for step, t in enumerate(timesteps, 1):
        times = torch.full((len(SEEDS),), t)
        states.append(pack_array(x))
        outputs.append(pack_array(prior.net.forward_with_cond_scale(x, times, cond_scale=SCALE, **conditions)))
        drawn, torch.randn_like = torch.randn_like, lambda _: noise(step)
        try:
            x, _ = prior.p_sample(x, times, text_cond=conditions, cond_scale=SCALE)
        finally:
            torch.randn_like = drawn
    return {
        "seeds": SEEDS,
        "guidanceScale": SCALE,
        "timesteps": timesteps,
        "states": states,
        "outputs": outputs,
        "final": pack_array(x),
        "embedding": pack_array(x / prior.image_embed_scale),
    }


if __name__ == "__main__":
    write_golden(__doc__, "dalle2.json", make)
