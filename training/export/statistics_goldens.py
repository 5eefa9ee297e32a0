"""Writes test/parity/goldens/statistics.json: what numpy and scipy make of small seeded sets.

`python -m training.export.statistics_goldens`, for the tests of `nodes/src/statistics`; needs numpy and scipy alone.
"""

import json

import numpy as np
from scipy import linalg, stats
from scipy.spatial.distance import cdist

from training.paths import GOLDENS
from training.train.diffusion.philox import philox4x32

SEED, RESAMPLES = 14, 500
BOOTSTRAP = 16


def drawn(count: int, seed: int, resample: int) -> np.ndarray:
    """The indices of one resample: words of Philox, four an element's block, scaled to [0, count)."""
    counter = np.zeros(((count + 3) // 4, 4), np.uint32)
    counter[:, 0], counter[:, 2] = np.arange(len(counter)), resample
    words = philox4x32(counter, (seed, BOOTSTRAP << 16)).reshape(-1)[:count]
    return (words.astype(np.float64) / 2**32 * count).astype(int)


def bootstrapped(values: np.ndarray) -> list[float]:
    """The percentile interval of the mean."""
    means = [values[drawn(len(values), SEED, resample)].mean() for resample in range(RESAMPLES)]
    return np.quantile(means, [0.025, 0.975]).tolist()


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """By scipy's root of the product of the covariances, which need not be symmetric."""
    cov_a, cov_b, gap = np.cov(a, rowvar=False), np.cov(b, rowvar=False), a.mean(0) - b.mean(0)
    return float(gap @ gap + np.trace(cov_a + cov_b - 2 * linalg.sqrtm(cov_a @ cov_b).real))


def covered(points: np.ndarray, manifold: np.ndarray, k: int = 3) -> list[bool]:
    """Whether each point lies in a ball as wide as the distance to its k-th neighbour."""
    radii = np.sort(cdist(manifold, manifold), 1)[:, k]
    return (cdist(points, manifold) <= radii).any(1).tolist()


def main() -> None:
    generator = np.random.default_rng(SEED)
    mixing = generator.normal(size=(6, 6)) * np.array([3, 2, 1.4, 1, 0.6, 0.3])
    real = generator.normal(size=(40, 6)) @ mixing.T + generator.normal(size=6)
    made = 0.7 * generator.normal(size=(30, 6)) @ mixing.T + generator.normal(size=6)
    values, vectors = linalg.eigh(np.cov(real, rowvar=False))
    vectors = vectors.T[::-1]
    vectors *= np.sign(vectors[np.arange(6), np.abs(vectors).argmax(1)])[:, None]
    shares = [(0, 10), (10, 10), (1, 3), (70, 100), (7993, 8000)]
    few = np.vstack([real[:4], made[:1]])
    golden = {
        "real": real.tolist(),
        "made": made.tolist(),
        "mean": real.mean(0).tolist(),
        "covariance": np.cov(real, rowvar=False).ravel().tolist(),
        "eigenvalues": values[::-1].tolist(),
        "components": vectors.ravel().tolist(),
        "frechet": frechet(real, made),
        # Fewer vectors than dimensions: a covariance of rank 4.
        "frechetFew": frechet(few, made),
        "covered": {"made": covered(made, real), "real": covered(real, made)},
        "quantiles": [[q, float(np.quantile(real[:, 0], q))] for q in (0, 0.025, 0.3, 0.5, 0.975, 1)],
        "wilson": [[k, n, *stats.binomtest(k, n).proportion_ci(method="wilson")] for k, n in shares],
        "bootstrap": {"seed": SEED, "resamples": RESAMPLES, "interval": bootstrapped(real[:, 0])},
    }
    (GOLDENS / "statistics.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
