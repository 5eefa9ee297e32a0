"""Writes test/parity/goldens/latents.json: embeddings moved by scipy and numpy, pictures seen by PIL and onnxruntime.

`python -m training.export.latent_goldens`; the pack is packs/toybox. README.md beside the goldens explains the keys.
"""

import base64
import json

import numpy as np
import onnxruntime
from PIL import Image
from scipy.spatial import geometric_slerp

from training.export.golden_file import write_golden
from training.paths import TOYBOX

DIMENSION = 24
POSITIONS = (0.0, 0.1, 0.25, 0.5, 0.8, 1.0)
# Width and height of a picture, the side of the square, and what becomes of pictures that are not square.
SIGHTS = ((53, 37, 16, "crop"), (37, 53, 16, "squash"), (9, 7, 16, "crop"))
TOYBOX_SIGHT = (150, 97, 64, "crop")


def listed(values: np.ndarray) -> list[float]:
    """float32 numbers as JSON keeps them exactly."""
    return [float(value) for value in np.asarray(values, np.float32)]


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def slerp(a: np.ndarray, b: np.ndarray, position: float) -> np.ndarray:
    """The direction along the great circle, the norm along a line."""
    length = (1 - position) * np.linalg.norm(a) + position * np.linalg.norm(b)
    return geometric_slerp(unit(a), unit(b), position) * length


def vectors(generator: np.random.Generator, *norms: float) -> list[np.ndarray]:
    """A random vector of each norm, as float32 keeps it, in float64."""
    return [(unit(generator.standard_normal(DIMENSION)) * norm).astype(np.float32).astype(np.float64) for norm in norms]


def slerps(generator: np.random.Generator) -> list[dict]:
    """Ends of one norm, of two, at an acute and an obtuse angle, and ends that almost agree or almost oppose."""
    one, other, longer = vectors(generator, 3, 3, 11)
    near = (one + 1e-3 * other).astype(np.float32).astype(np.float64)
    opposed = (1e-2 * other - one).astype(np.float32).astype(np.float64)
    pairs = [(one, other), (one, longer), (longer, -one + 0.3 * other), (one, near), (one, opposed)]
    return [
        {
            "from": listed(a),
            "to": listed(np.float32(b)),
            "frames": [listed(slerp(a, np.float64(np.float32(b)), position)) for position in POSITIONS],
        }
        for a, b in pairs
    ]


def text_diffs(generator: np.random.Generator) -> list[dict]:
    """z_d = norm(z_t - z_t0), or norm(z_t); slerp from norm(z_i), then |z_i| again: section 3.3 of the unCLIP paper."""
    image, text, baseline = vectors(generator, 12, 10, 11)
    cases = []
    for start in (baseline, None):
        direction = unit(unit(text) - unit(start)) if start is not None else unit(text)
        frames = [geometric_slerp(unit(image), direction, p) * np.linalg.norm(image) for p in POSITIONS]
        case = {"image": listed(image), "text": listed(text), "frames": [listed(frame) for frame in frames]}
        cases.append(case | ({} if start is None else {"baseline": listed(start)}))
    return cases


def mixes(generator: np.random.Generator) -> list[dict]:
    """Weighted means, and the same at the weighted mean of the norms."""
    all_vectors = vectors(generator, 3, 5, 8)
    cases = []
    for weights in ([1.0, 1.0, 1.0], [0.5, 2.0, 1.5], [2.0, -0.5, 1.0]):
        mean = np.average(all_vectors, axis=0, weights=weights)
        length = np.average([np.linalg.norm(v) for v in all_vectors], weights=np.abs(weights))
        cases.append({"weights": weights, "sum": listed(mean), "mean": listed(unit(mean) * length)})
    return [{"vectors": [listed(vector) for vector in all_vectors], "cases": cases}]


def picture(width: int, height: int) -> np.ndarray:
    """A picture of bytes [height, width, 3] by a formula that the test repeats: waves, edges and a little noise."""
    y, x, channel = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    waves = x * 5 + y * 3 + channel * 40
    edges = 90 * ((x // 7 + y // 5) % 2)
    return ((waves + edges + (x * y * 7 + channel * 11) % 23) % 256).astype(np.uint8)


def seen(width: int, height: int, size: int, fit: str, exact: bool = False) -> np.ndarray:
    """The picture [S, S, 3] as transformers' CLIPImageProcessor sees it: PIL's bicubic resize, then the middle.

    In bytes, as PIL rounds and clips them behind each of its two passes; `exact` in float32 without either.
    """
    short = min(width, height)
    wide, tall = (size, size) if fit == "squash" else (int(size * width / short), int(size * height / short))
    left, top = (wide - size) // 2, (tall - size) // 2
    planes = picture(width, height).transpose(2, 0, 1)
    images = [Image.fromarray(plane.astype(np.float32) if exact else plane) for plane in planes]
    resized = [np.asarray(image.resize((wide, tall), Image.Resampling.BICUBIC)) for image in images]
    return np.stack(resized, axis=-1)[top : top + size, left : left + size]


def planar(pixels: np.ndarray) -> str:
    """Pixels [S, S, 3] as base64 of [3, S, S]."""
    return base64.b64encode(np.ascontiguousarray(pixels.transpose(2, 0, 1))).decode()


def toybox_embedding(pixels: np.ndarray) -> dict:
    """What the toybox's image encoder makes of seen pixels [S, S, 3], in Python."""
    manifest = json.loads((TOYBOX / "manifest.json").read_text())
    stage = manifest["stages"]["clip-image"]
    session = onnxruntime.InferenceSession(str(TOYBOX / stage["file"]), providers=["CPUExecutionProvider"])
    image = pixels.transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
    (embedding,) = session.run(None, {session.get_inputs()[0].name: image})
    return {"sha256": stage["sha256"], "embedding": listed(embedding[0])}


def make() -> dict:
    """All of them."""
    generator = np.random.default_rng(14)
    sights = [
        {
            "width": width,
            "height": height,
            "size": size,
            "fit": fit,
            "bytes": planar(seen(width, height, size, fit)),
            "float32": planar(seen(width, height, size, fit, exact=True)),
        }
        for width, height, size, fit in SIGHTS
    ]
    return {
        "positions": POSITIONS,
        "slerps": slerps(generator),
        "textDiffs": text_diffs(generator),
        "mixes": mixes(generator),
        "sights": sights,
        "toybox": dict(zip(("width", "height"), TOYBOX_SIGHT)) | toybox_embedding(seen(*TOYBOX_SIGHT)),
    }


if __name__ == "__main__":
    write_golden(__doc__, "latents.json", make)
