"""Writes test/parity/goldens: three steps of every stage of the random pack, computed by torch and diffusers.

Run after `export.random_pack`: `python -m training.export.random_goldens`. Weights come from the pack, noise from
Philox, so any version of torch gives the same numbers to float32 accuracy. README.md beside the goldens explains the
keys.
"""

import argparse
import base64
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from training.export.pack import finisher_of, only
from training.export.random_models import random_models
from training.paths import GOLDENS, RANDOM_PACK
from training.train.diffusion.philox import gaussian_noise, philox4x32
from training.train.diffusion.sampling import counted_noise, ddim, guided, make_scheduler, sample
from training.train.diffusion.schedule import alpha_bar_table
from training.train.networks.onnx_weights import load_onnx_weights
from training.train.networks.weights import ELSEWHERE

STEPS, PRIOR_SCALE, DECODER_SCALE = 3, 2.0, 3.0
CAPTIONS = ["a red cube", "Blue  CUBE, blue cube: a red one"]


def pack_array(values) -> dict:
    """An array as {"shape", "float32": base64 of little-endian float32}."""
    array = np.ascontiguousarray(torch.as_tensor(values).numpy(), dtype="<f4")
    return {"shape": list(array.shape), "float32": base64.b64encode(array.tobytes()).decode()}


def load_models(pack: Path) -> tuple[dict, dict]:
    """The random pack's torch modules with the pack's weights, and its manifest."""
    manifest = json.loads((pack / "manifest.json").read_text())
    models, _ = random_models(0)
    for stage, model in models.items():
        load_onnx_weights(model, pack / manifest["stages"][stage]["file"], ELSEWHERE.get(stage, ()))
    with torch.no_grad():
        models["prior"].clip_mean.copy_(torch.tensor([manifest["stages"]["prior"]["normalisation"]["mean"]]))
        models["prior"].clip_std.copy_(torch.tensor([manifest["stages"]["prior"]["normalisation"]["std"]]))
        models["decoder-condition"].learned_classifier_free_guidance_embeddings.copy_(
            torch.tensor(manifest["stages"]["decoder-condition"]["nullImageEmbedding"])
        )
    return models, manifest


def token_rows(pack: Path, manifest: dict, captions: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """ids and mask [N, T]: BOS, the text cut to T - 2 tokens, EOS, padding of EOS under mask 0."""
    text = only(manifest["texts"])
    length, names = text["contextLength"], text["tokenizer"]
    tokenizer = Tokenizer.from_file(str(pack / names["file"]))
    bos, eos, pad = (tokenizer.token_to_id(names[k]) for k in ("bos", "eos", "pad"))
    rows = [[bos, *tokenizer.encode(c, add_special_tokens=False).ids[: length - 2], eos] for c in captions]
    ids = torch.tensor([row + [pad] * (length - len(row)) for row in rows], dtype=torch.int32)
    return ids, torch.tensor([[1.0] * len(row) + [0.0] * (length - len(row)) for row in rows])


def trajectory(
    stage: str, section: dict, shape: tuple[int, ...], seeds: list[int], predict, steps: int = STEPS
) -> tuple[dict, torch.Tensor]:
    """One sampling run as a golden: timesteps, every x_t, every (guided) output and the final sample.

    `nudge` is how far the final sample moves when every output moves by a millionth: the first step divides
    by sqrt(alphaBar_999) = 5e-5, which only the clamp on x_0 hides, so seeds are kept where this stays small.
    """
    scheduler, states, outputs, timesteps = make_scheduler(section["scheduler"]), [], [], []

    def record(t, x, output):
        timesteps.append(t), states.append(pack_array(x)), outputs.append(pack_array(output))

    final = sample(stage, scheduler, steps, shape, seeds, predict, record)
    noise = torch.Generator().manual_seed(0)
    nudged = sample(
        stage,
        scheduler,
        steps,
        shape,
        seeds,
        lambda x, t, last: (y := predict(x, t, last)) + 1e-6 * torch.randn(y.shape, generator=noise),
    )
    nudge = (final - nudged).abs().max().item()
    print(f"{stage:16} final sample moves by {nudge:.1e} under a 1e-6 nudge")
    assert nudge < 5e-5, f"{stage}: choose another seed"
    return {
        "seeds": seeds,
        "timesteps": timesteps,
        "states": states,
        "outputs": outputs,
        "final": pack_array(final),
        "nudge": nudge,
    }, final


@torch.no_grad()
def stage_goldens(pack: Path, seeds: list[int]) -> dict[str, dict]:
    """The chain text → prior → condition → decoder → 256 → 1024, and DDIM on the decoder."""
    models, manifest = load_models(pack)
    stages = manifest["stages"]
    ids, mask = token_rows(pack, manifest, [*CAPTIONS, ""])
    text = models["clip-text"](input_ids=ids.long())
    embedding, states = text.text_embeds, text.last_hidden_state
    picture = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(3)) * 2 - 1
    goldens = {
        "text": {
            "captions": [*CAPTIONS, ""],
            "ids": ids.tolist(),
            "mask": mask.tolist(),
            "embedding": pack_array(embedding),
            "states": pack_array(states),
        },
        "image": {
            "image": pack_array(picture),
            "embedding": pack_array(models["clip-image"](pixel_values=picture).image_embeds),
        },
    }
    rows = len(CAPTIONS)
    # Unconditional rows first, as in the pipeline: the encoding of "" for each caption.
    both = lambda values: torch.cat([values[-1:].expand(rows, *values.shape[1:]), values[:rows]])
    text_embedding, text_states, text_mask = both(embedding), both(states), both(mask)

    def predict_prior(x, t, last):
        output = models["prior"](
            torch.cat([x, x]),
            timestep=t,
            proj_embedding=text_embedding,
            encoder_hidden_states=text_states,
            attention_mask=text_mask,
        ).predicted_image_embedding
        return guided(*output.chunk(2), PRIOR_SCALE)

    goldens["prior"], standardised = trajectory(
        "prior", stages["prior"], (only(manifest["spaces"])["dimension"],), seeds, predict_prior
    )
    z = models["prior"].post_process_latents(standardised)
    context, time = models["decoder-condition"](
        image_embeddings=z,
        prompt_embeds=text_embedding,
        text_encoder_hidden_states=text_states,
        do_classifier_free_guidance=True,
    )
    goldens["prior"] |= {"guidanceScale": PRIOR_SCALE, "embedding": pack_array(z)}
    decoder_mask = F.pad(text_mask, (4, 0), value=1.0)

    def predict_decoder(x, t, last):
        output = models["decoder"](torch.cat([x, x]), t, context, class_labels=time, attention_mask=decoder_mask).sample
        return guided(*output.chunk(2), DECODER_SCALE, channels=3)

    size = stages["decoder"]["sample"]["size"]
    goldens["decoder"], small = trajectory("decoder", stages["decoder"], (3, size, size), seeds, predict_decoder)
    goldens["decoder"] |= {
        "guidanceScale": DECODER_SCALE,
        "context": pack_array(context),
        "time": pack_array(time),
        "mask": decoder_mask.tolist(),
    }
    goldens["ddim"] = ddim_goldens(predict_decoder, (3, size, size), seeds, goldens["decoder"]["timesteps"])
    image = small.clamp(-1, 1)[:1]
    for stage in ("upsampler-256", "upsampler-1024"):
        section = stages[stage]
        side, finisher = section["sample"]["size"], finisher_of(stages, stage)
        condition = F.interpolate(image, size=[side, side], mode="bicubic", align_corners=False, antialias=True)

        def predict(x, t, last, finisher=finisher, stage=stage, condition=condition):
            network = models[finisher if last and finisher else stage]
            return network(torch.cat([x, condition], 1), t).sample

        golden, final = trajectory(stage, section, (3, side, side), seeds[:1], predict)
        if stage == "upsampler-1024":  # the arrays are large; the states already pin the outputs
            del golden["outputs"]
        goldens[stage] = golden | {"image": pack_array(image)}
        image = final.clamp(-1, 1)
    return goldens


def ddim_goldens(predict, shape: tuple[int, ...], seeds: list[int], timesteps: list[int]) -> dict:
    """DDIM on the decoder with the scheduler's own timesteps, eta 0 and 0.5; arithmetic in float64, network in
    float32.
    """
    alpha_bar = alpha_bar_table().double().numpy()
    x_T = counted_noise("decoder", shape, seeds, 0).double().numpy()
    noise = lambda i: counted_noise("decoder", shape, seeds, i).double().numpy()
    epsilon = lambda x, t: predict(torch.from_numpy(x).float(), t, False)[:, :3].double().numpy()
    runs = []
    for eta in (0.0, 0.5):
        states = []
        final = ddim(
            alpha_bar,
            timesteps,
            x_T,
            epsilon,
            noise,
            eta=eta,
            clip_range=1,
            on_step=lambda t, x, _: states.append(pack_array(x)),
        )
        runs.append({"eta": eta, "states": states, "final": pack_array(final)})
    return {"seeds": seeds, "timesteps": timesteps, "guidanceScale": DECODER_SCALE, "runs": runs}


def scheduler_goldens() -> dict:
    """Timesteps for several step counts (half-to-even rounding) and alphaBar at every t."""
    scheduler = make_scheduler(
        {"trainTimesteps": 1000, "variance": "learned-range", "prediction": "epsilon", "clip": 1}
    )
    timesteps = {}
    for steps in (2, 3, 4, 7, 25, 50):
        scheduler.set_timesteps(steps)
        timesteps[str(steps)] = scheduler.timesteps.tolist()
    return {
        "timesteps": timesteps,
        "alphaBar": pack_array(scheduler.alphas_cumprod),
        "beta": pack_array(scheduler.betas),
    }


def philox_goldens() -> dict:
    """Known answers of the Random123 distribution, and Gaussian noise for a few keys."""
    blocks = [
        ((0, 0, 0, 0), (0, 0)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2),
        ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)),
    ]
    words = [
        {"counter": list(c), "key": list(k), "output": philox4x32(np.array(c, np.uint32), k).tolist()}
        for c, k in blocks
    ]
    keys = [(0, 1, 0, 0), (7, 2, 0, 0), (7, 2, 3, 0), (7, 2, 3, 1), (4294967295, 4, 999, 5)]
    normals = [
        {
            "seed": s,
            "purpose": p,
            "step": i,
            "draw": d,
            "normals": gaussian_noise((10,), seed=s, purpose=p, step=i, draw=d).tolist(),
        }
        for s, p, i, d in keys
    ]
    return {"words": words, "normals": normals}


def bicubic_goldens() -> list[dict]:
    """torch's antialiased bicubic resize (a = -0.5, half-pixel centres), up by four and down."""
    generator, cases = torch.Generator().manual_seed(5), []
    for source, target in (((5, 7), (20, 28)), ((16, 16), (64, 64)), ((20, 28), (7, 9))):
        image = torch.rand(1, 3, *source, generator=generator) * 2 - 1
        resized = F.interpolate(image, size=target, mode="bicubic", align_corners=False, antialias=True)
        cases.append({"input": pack_array(image), "output": pack_array(resized)})
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, default=RANDOM_PACK)
    parser.add_argument("--out", type=Path, default=GOLDENS)
    parser.add_argument("--seeds", type=int, nargs=2, default=[11, 12])
    arguments = parser.parse_args()
    print(f"seeds {arguments.seeds}")
    goldens = stage_goldens(arguments.pack, arguments.seeds)
    goldens |= {"scheduler": scheduler_goldens(), "philox": philox_goldens(), "bicubic": bicubic_goldens()}
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, golden in goldens.items():
        (arguments.out / f"{name}.json").write_text(json.dumps(golden) + "\n")
    total = sum(p.stat().st_size for p in arguments.out.glob("*.json"))
    print(f"wrote {len(goldens)} files, {total / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
