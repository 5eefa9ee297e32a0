"""The random pack's ONNX files, run by onnxruntime, give the goldens that torch and diffusers gave."""

import base64
import hashlib
import json

import numpy as np
import onnxruntime
import pytest
import torch
import torch.nn.functional as F

from training.export.pack import finisher_of, only
from training.paths import GOLDENS, RANDOM_PACK
from training.train.diffusion.sampling import guided, make_scheduler, sample
from training.train.networks.onnx_weights import read_initialisers

MANIFEST = json.loads((RANDOM_PACK / "manifest.json").read_text())


def golden(name: str) -> dict:
    return json.loads((GOLDENS / f"{name}.json").read_text())


def array(packed: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["float32"]), "<f4").reshape(packed["shape"])


def run(stage: str, **feeds) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(
        RANDOM_PACK / MANIFEST["stages"][stage]["file"], providers=["CPUExecutionProvider"]
    )
    return session.run(None, {k: np.asarray(v, np.int32 if k == "ids" else np.float32) for k, v in feeds.items()})


def test_hashes_and_size():
    files = [*MANIFEST["stages"].values(), only(MANIFEST["texts"])["tokenizer"]]
    assert all(hashlib.sha256((RANDOM_PACK / f["file"]).read_bytes()).hexdigest() == f["sha256"] for f in files)
    assert sum(p.stat().st_size for p in RANDOM_PACK.iterdir()) < 2**20


def test_initialisers_have_torch_names():
    names = set(read_initialisers(RANDOM_PACK / "prior.onnx"))
    assert {
        "proj_in.weight",
        "positional_embedding",
        "transformer_blocks.1.attn1.to_q.weight",
        "norm_out.bias",
    } <= names


def test_text_and_image():
    text, image = golden("text"), golden("image")
    embedding, states = run("clip-text", ids=text["ids"])
    np.testing.assert_allclose(embedding, array(text["embedding"]), atol=1e-5)
    np.testing.assert_allclose(states, array(text["states"]), atol=1e-5)
    np.testing.assert_allclose(run("clip-image", image=array(image["image"]))[0], array(image["embedding"]), atol=1e-5)


def trajectory(stage: str, expected: dict, predict) -> None:
    states = []
    shape = tuple(expected["final"]["shape"][1:])
    final = sample(
        stage,
        make_scheduler(MANIFEST["stages"][stage]["scheduler"]),
        len(expected["timesteps"]),
        shape,
        expected["seeds"],
        predict,
        lambda t, x, output: states.append((t, x.numpy())),
    )
    for (t, x), timestep, state in zip(states, expected["timesteps"], expected["states"], strict=True):
        assert t == timestep
        np.testing.assert_allclose(x, array(state), atol=1e-4)
    np.testing.assert_allclose(final.numpy(), array(expected["final"]), atol=1e-4)


def test_prior():
    expected, text = golden("prior"), golden("text")
    both = lambda values: np.concatenate([np.repeat(values[-1:], 2, 0), values[:2]])
    feeds = {
        "text_embedding": both(array(text["embedding"])),
        "text_states": both(array(text["states"])),
        "mask": both(np.array(text["mask"])),
    }

    def predict(x, t, last):
        output = torch.from_numpy(run("prior", sample=torch.cat([x, x]).numpy(), timestep=[t] * 4, **feeds)[0])
        return guided(*output.chunk(2), expected["guidanceScale"])

    trajectory("prior", expected, predict)
    norm = MANIFEST["stages"]["prior"]["normalisation"]
    np.testing.assert_allclose(
        array(expected["final"]) * norm["std"] + norm["mean"], array(expected["embedding"]), atol=1e-5
    )


def test_condition_and_decoder():
    expected, text, z = golden("decoder"), golden("text"), array(golden("prior")["embedding"])
    null = np.array([MANIFEST["stages"]["decoder-condition"]["nullImageEmbedding"]] * 2)
    both = lambda values: np.concatenate([np.repeat(values[-1:], 2, 0), values[:2]])
    context, time = run(
        "decoder-condition",
        image_embedding=np.concatenate([null, z]),
        text_embedding=both(array(text["embedding"])),
        text_states=both(array(text["states"])),
    )
    np.testing.assert_allclose(context, array(expected["context"]), atol=1e-5)
    np.testing.assert_allclose(time, array(expected["time"]), atol=1e-5)

    def predict(x, t, last):
        output = run(
            "decoder",
            sample=torch.cat([x, x]).numpy(),
            timestep=[t] * 4,
            context=context,
            time=time,
            mask=expected["mask"],
        )[0]
        return guided(*torch.from_numpy(output).chunk(2), expected["guidanceScale"], channels=3)

    trajectory("decoder", expected, predict)


@pytest.mark.parametrize("stage", ["upsampler-256", "upsampler-1024"])
def test_upsamplers(stage):
    expected, finisher = golden(stage), finisher_of(MANIFEST["stages"], stage)
    side = MANIFEST["stages"][stage]["sample"]["size"]
    image = torch.from_numpy(array(expected["image"]))
    condition = F.interpolate(image, size=[side, side], mode="bicubic", align_corners=False, antialias=True).numpy()

    def predict(x, t, last):
        return torch.from_numpy(
            run(finisher if last and finisher else stage, sample=x.numpy(), condition=condition, timestep=[t])[0]
        )

    trajectory(stage, expected, predict)
