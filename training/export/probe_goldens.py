"""Writes test/parity/goldens/probes.json: what numpy makes of small seeded sets of embeddings.

`python -m training.export.probe_goldens`, for the tests of `nodes/src/probe`; needs numpy alone. Embeddings are
float32, as they travel between nodes; everything is computed in float64.
"""

import json

import numpy as np

from training.paths import GOLDENS

SEED, SIZE, SCALE = 15, 6, 20.0


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def zero_shot(images: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Probabilities [N, L] of labels whose templates are `texts` [L, T, D]: normalised, averaged, normalised again."""
    logits = SCALE * unit(images) @ unit(unit(texts).mean(1)).T
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return odds / odds.sum(1, keepdims=True)


def main() -> None:
    generator = np.random.default_rng(SEED)
    images = (generator.normal(size=(12, SIZE)) @ generator.normal(size=(SIZE, SIZE)) + 2).astype(np.float32)
    texts = generator.normal(size=(4, 3, SIZE)).astype(np.float32)
    rows, words = images.astype(np.float64), texts.astype(np.float64)
    mean = rows.mean(0)
    values, vectors = np.linalg.eigh(np.cov(rows, rowvar=False))
    components = vectors.T[::-1]
    components = components * np.sign(components[np.arange(SIZE), np.abs(components).argmax(1)])[:, None]
    coordinates = (rows - mean) @ components.T
    kept = {n: mean + coordinates[:, :n] @ components[:n] for n in (0, 1, 3, SIZE)}
    cosines = unit(rows) @ unit(rows).T
    golden = {
        "images": images.tolist(),
        "texts": texts.tolist(),
        "logitScale": SCALE,
        "eigenvalues": values[::-1].tolist(),
        "coordinates": coordinates.tolist(),
        "kept": {str(n): part.tolist() for n, part in kept.items()},
        "probabilities": zero_shot(rows, words).tolist(),
        "cosines": cosines.tolist(),
        # The three nearest of the other nine to each of the first three.
        "nearest": (np.argsort(-cosines[:3, 3:], 1)[:, :3]).tolist(),
    }
    (GOLDENS / "probes.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
