"""The weights of 2.0's first decoder, as differences from 1.0's; and what comes back, in files of less than 16 MiB."""
import json, lzma, io
from pathlib import Path
import numpy as np, torch
from safetensors.torch import save_file, load_file
from training.paths import TOYBOX
from training.train.networks.onnx_weights import read_initialisers
HERE = Path(__file__).parent
NULL = "learned_classifier_free_guidance_embeddings"

def load_old(model):
    """1.0's weights; what it lacks adds nothing."""
    old = read_initialisers(TOYBOX / "decoder.onnx")
    with torch.no_grad():
        for name, p in model.decoder.named_parameters():
            if name not in old:
                if ".to_out." in name or name.startswith("head.2"): p.zero_()
            else: p.reshape(-1)[: old[name].numel()] = old[name].reshape(-1)
        for name, p in model.condition.named_parameters():
            if name != NULL: p.copy_(read_initialisers(TOYBOX / "decoder-condition.onnx")[name].reshape(p.shape))
        model.condition.learned_classifier_free_guidance_embeddings.copy_(torch.tensor(json.loads((TOYBOX / "manifest.json").read_text())["stages"]["decoder-condition"]["nullImageEmbedding"]))

def pack_first(model, path, fineness=14):
    old, out = read_initialisers(TOYBOX / "decoder.onnx"), {}
    for name, p in model.decoder.named_parameters():
        p = p.detach()
        if name in old and old[name].numel() == p.numel() and p.ndim > 1:
            d = (p - old[name].reshape(p.shape)).reshape(len(p), -1).numpy()
            scale = np.maximum(d.std(1, keepdims=True) / fineness, np.abs(d).max(1, keepdims=True) / 127).astype(np.float32)
            out[name + "#q"], out[name + "#s"] = np.rint(d / scale).astype(np.int8), scale
        else: out[name] = p.half().numpy()
    for name, p in model.condition.named_parameters(): out["condition#" + name] = p.detach().numpy()
    buffer = io.BytesIO(); np.savez(buffer, **out)
    Path(path).write_bytes(lzma.compress(buffer.getvalue(), preset=6))

def load_first(model):
    packed, old = np.load(io.BytesIO(lzma.decompress((HERE / "first.xz").read_bytes()))), read_initialisers(TOYBOX / "decoder.onnx")
    with torch.no_grad():
        for name, p in model.decoder.named_parameters():
            if name + "#q" in packed: p.copy_(old[name].reshape(p.shape) + torch.from_numpy(packed[name + "#q"].astype(np.float32) * packed[name + "#s"]).reshape(p.shape))
            else: p.copy_(torch.from_numpy(packed[name].astype(np.float32)).reshape(p.shape))
        for name, p in model.condition.named_parameters(): p.copy_(torch.from_numpy(packed["condition#" + name]))

def save_parts(state, folder, name):
    """Decoder in float16 in two files, condition in float32 in a third; each appears whole."""
    decoder = {k[8:]: v for k, v in state.items() if k.startswith("decoder.")}
    keys = sorted(decoder); middle = len(keys) * 11 // 20
    parts = {"a": {k: decoder[k] for k in keys[:middle]}, "b": {k: decoder[k] for k in keys[middle:]}}
    for part, tensors in parts.items():
        write(Path(folder) / f"{name}-{part}.safetensors", {k: v.half() for k, v in tensors.items()})
    write(Path(folder) / f"{name}-condition.safetensors", {k[10:]: v for k, v in state.items() if k.startswith("condition.")})

def write(path, tensors):
    part = path.with_suffix(".part")
    save_file({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, part); part.replace(path)

def load_parts(model, folder, name):
    folder = Path(folder)
    model.decoder.load_state_dict({k: v.float() for p in "ab" for k, v in load_file(folder / f"{name}-{p}.safetensors").items()})
    model.condition.load_state_dict(load_file(folder / f"{name}-condition.safetensors"))
