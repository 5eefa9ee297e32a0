"""Embeddings as codes: principal components that lose little, buckets that hold their centres."""

import numpy as np
import pytest

from training.train.image_codes import (
    ImageCodes,
    components_needed,
    fit_image_codes,
    load_image_codes,
    make_buckets,
    relative_error,
)


def embeddings(count: int = 4000, seed: int = 0) -> np.ndarray:
    """Correlated normals of 6 numbers, of which two directions hardly vary."""
    rng = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    scales = np.array([3, 2, 1.5, 1, 0.05, 0.02])
    return (rng.normal(size=(count, 6)) * scales @ rotation + rng.normal(size=6)).astype(np.float32)


@pytest.fixture(scope="module")
def codes() -> ImageCodes:
    dots = np.random.default_rng(1).uniform(-0.5, 1, 4000)
    return fit_image_codes(embeddings(), dots, codes=4, buckets=64, largest_error=0.01, tail=0.001)


def test_components_are_orthonormal_by_decreasing_eigenvalue_and_are_those_of_the_covariance(codes):
    z = embeddings().astype(np.float64)
    assert np.allclose(codes.components @ codes.components.T, np.eye(6), atol=1e-6)
    assert (np.diff(codes.eigenvalues) < 0).all()
    projected = (z - z.mean(0)) @ codes.components.T
    assert np.allclose(np.cov(projected, rowvar=False), np.diag(codes.eigenvalues), atol=1e-4)
    assert (codes.components[np.arange(6), np.abs(codes.components).argmax(1)] > 0).all()


def test_as_many_components_are_needed_as_lose_less_than_the_share():
    assert components_needed(np.array([90, 9.5, 0.4, 0.1]), 0.01) == 2
    assert components_needed(np.array([90, 9, 0.9, 0.1]), 0.01) == 3
    with pytest.raises(ValueError, match="4 components"):
        fit_image_codes(embeddings(), np.zeros(1), codes=3, buckets=64, largest_error=0.01, tail=0.001)


def test_codes_lose_hardly_more_than_the_components_left_out(codes):
    left_out = 1 - codes.eigenvalues[:4].sum() / codes.eigenvalues.sum()
    error = relative_error(codes, embeddings())
    assert left_out < error < left_out + 0.002
    assert relative_error(codes, embeddings(seed=2)) < 1


def test_an_embedding_made_of_codes_has_these_codes(codes):
    some = np.random.default_rng(3).integers(64, size=(500, 4))
    assert np.array_equal(codes.encode(codes.decode(some)), some)


def test_buckets_are_of_equal_width_but_the_outermost_and_a_centre_is_the_mean_of_its_values():
    values = np.random.default_rng(4).normal(size=20_000)
    edges, centres = make_buckets(values, 32, 0.01)
    assert np.allclose(np.diff(edges), edges[1] - edges[0], atol=1e-6) and (np.diff(centres) > 0).all()
    assert abs((values < edges[0]).mean() - 0.01) < 1e-3 and abs((values >= edges[-1]).mean() - 0.01) < 1e-3
    inside = values[(values >= edges[9]) & (values < edges[10])]
    assert np.isclose(centres[10], inside.mean())
    edges, centres = make_buckets(np.array([0.0, 0.0, 1.0, 1.0]), 6, 0.2)
    assert np.isclose(centres[3], (edges[2] + edges[3]) / 2)


def test_the_cosine_is_what_the_first_bucket_is_of(codes):
    image, text = np.eye(6, dtype=np.float32)[:1] * 5, np.array([[0.6, 0.8, 0, 0, 0, 0]], np.float32)
    (bucket,) = codes.encode_dot(image, text)
    assert codes.dot_edges[bucket - 1] <= 0.6 < codes.dot_edges[bucket]
    assert abs(codes.dot_centres[bucket] - 0.6) < 1.5 / 62


def test_what_is_saved_is_read_back(codes, tmp_path):
    codes.save(tmp_path)
    again = load_image_codes(tmp_path)
    assert all(np.array_equal(getattr(again, name), array) for name, array in vars(codes).items())
    assert {path.name for path in tmp_path.iterdir()} == {"image-basis.safetensors", "image-codes.safetensors"}
    assert all(array.dtype == np.float32 for array in vars(again).values())
