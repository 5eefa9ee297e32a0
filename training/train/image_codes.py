"""Image embeddings as codes: principal components, each quantised (Ramesh et al. 2022, section 2.2).

The arrays are those of a pack (docs/pack-format.md): `image-basis` has the principal components, `image-codes` the
buckets. They are kept in float32 and computed with in float64.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

ARRAYS = ("image-basis", "image-codes")


@dataclass(frozen=True)
class ImageCodes:
    """How an embedding z of D numbers becomes K codes, each one of B buckets, and the cosine of z_i and z_t another."""

    mean: np.ndarray  # [D], of the embeddings that it was fitted to
    components: np.ndarray  # [D, D], orthonormal rows by decreasing eigenvalue
    eigenvalues: np.ndarray  # [D], the variance along each component
    edges: np.ndarray  # [K, B - 1] ascending: code b has the values from edge b - 1 up to, without it, edge b
    centres: np.ndarray  # [K, B], the mean of a bucket's values
    dot_edges: np.ndarray  # [B - 1], of the cosine of z_i and z_t
    dot_centres: np.ndarray  # [B]

    def encode(self, z: np.ndarray) -> np.ndarray:
        """Codes int64 [N, K] of embeddings [N, D]."""
        values = (z.astype(np.float64) - self.mean) @ self.components[: len(self.edges)].T.astype(np.float64)
        columns = [np.searchsorted(edges, column, "right") for edges, column in zip(self.edges, values.T, strict=True)]
        return np.stack(columns, 1)

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Embeddings float32 [N, D] of codes [N, K]: every code at its bucket's centre, the other components at 0."""
        values = self.centres[np.arange(codes.shape[1]), codes].astype(np.float64)
        return (values @ self.components[: codes.shape[1]] + self.mean).astype(np.float32)

    def encode_dot(self, image: np.ndarray, text: np.ndarray) -> np.ndarray:
        """The bucket int64 [N] of the cosine of each pair of embeddings [N, D]."""
        return np.searchsorted(self.dot_edges, cosines(image, text), "right")

    def save(self, folder: Path) -> None:
        """Writes `image-basis.safetensors` and `image-codes.safetensors`."""
        folder.mkdir(parents=True, exist_ok=True)
        basis = {"mean": self.mean, "components": self.components, "eigenvalues": self.eigenvalues}
        codes = {"edges": self.edges, "centres": self.centres, "dot-edges": self.dot_edges}
        codes |= {"dot-centres": self.dot_centres}
        for name, arrays in zip(ARRAYS, (basis, codes), strict=True):
            save_file({key: np.ascontiguousarray(a) for key, a in arrays.items()}, folder / f"{name}.safetensors")


def read_arrays(folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """The arrays that `save` wrote, by the names that packs have for them."""
    return {name: load_file(folder / f"{name}.safetensors") for name in ARRAYS}


def load_image_codes(folder: Path) -> ImageCodes:
    """What `save` wrote, in the folder of a run or of a pack."""
    basis, codes = read_arrays(folder).values()
    return ImageCodes(**basis, **{key.replace("-", "_"): array for key, array in codes.items()})


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The cosine float64 [N] of each pair of rows [N, D]."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def principal_components(z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean [D], components [D, D] and eigenvalues [D] of embeddings [N, D], by decreasing eigenvalue, in float32.

    The largest coordinate of each component is positive, so that the result does not depend on the solver.
    """
    mean = z.mean(0, dtype=np.float64)
    eigenvalues, vectors = np.linalg.eigh(np.cov(z.astype(np.float64), rowvar=False))
    components = vectors.T[::-1]
    largest = np.abs(components).argmax(1)
    components = components * np.sign(components[np.arange(len(components)), largest])[:, None]
    return tuple(a.astype(np.float32) for a in (mean, components, eigenvalues[::-1].clip(min=0)))


def components_needed(eigenvalues: np.ndarray, largest_error: float) -> int:
    """How many components leave out less than `largest_error` of the variance."""
    lost = 1 - np.cumsum(eigenvalues, dtype=np.float64) / eigenvalues.sum(dtype=np.float64)
    return int(np.argmax(lost < largest_error)) + 1


def make_buckets(values: np.ndarray, count: int, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Edges [count - 1] and centres [count] of buckets of equal width for `values` [N], in float32.

    The outermost buckets are open and hold a share `tail` of the values each. A centre is the mean of the bucket's
    values; that of a bucket without any is its middle.
    """
    edges = np.linspace(*np.quantile(values.astype(np.float64), (tail, 1 - tail)), count - 1).astype(np.float32)
    width = float(edges[1]) - float(edges[0])
    middles = np.concatenate([[edges[0] - width / 2], (edges[:-1] + edges[1:]) / 2, [edges[-1] + width / 2]])
    buckets = np.searchsorted(edges, values, "right")
    members, sums = np.bincount(buckets, minlength=count), np.bincount(buckets, values, minlength=count)
    centres = np.where(members > 0, sums / members.clip(min=1), middles).astype(np.float32)
    return edges, centres


def fit_image_codes(
    z: np.ndarray, dots: np.ndarray, *, codes: int, buckets: int, largest_error: float, tail: float
) -> ImageCodes:
    """The codes of embeddings [N, D] and of cosines [M] of theirs to captions.

    Raises ValueError if `codes` is not the number of components that `largest_error` needs.
    """
    mean, components, eigenvalues = principal_components(z)
    needed = components_needed(eigenvalues, largest_error)
    if needed != codes:
        raise ValueError(f"{needed} components lose less than {largest_error:g} of the variance, not {codes}")
    values = (z.astype(np.float64) - mean) @ components[:codes].T.astype(np.float64)
    edges, centres = (np.stack(part) for part in zip(*(make_buckets(column, buckets, tail) for column in values.T)))
    return ImageCodes(mean, components, eigenvalues, edges, centres, *make_buckets(dots, buckets, tail))


def relative_error(codes: ImageCodes, z: np.ndarray) -> float:
    """Mean squared error of embeddings [N, D] that went through codes, as a share of their variance."""
    return float(np.square(codes.decode(codes.encode(z)) - z).mean() / np.square(z - z.mean(0)).mean())
