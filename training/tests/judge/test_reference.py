import numpy as np

from training.judge.reference import colourfulness, fit


def picture(*pixels):
    """One picture [1, 3, 1, N] of pixels (red, green, blue)."""
    return np.array(pixels, np.uint8).T[None, :, None]


def test_grey_has_no_colour_and_one_colour_only_its_mean():
    assert colourfulness(picture((7, 7, 7), (200, 200, 200))) == [0]
    red_green, yellow_blue = 255, 127.5
    assert np.isclose(colourfulness(picture((255, 0, 0), (255, 0, 0))), 0.3 * np.hypot(red_green, yellow_blue))


def test_spread_counts_more_than_the_mean():
    mixed = colourfulness(picture((255, 0, 0), (0, 255, 0)))
    # R - G is 255 and -255, (R + G) / 2 - B is 127.5 twice.
    assert np.isclose(mixed, 255 + 0.3 * 127.5)


def test_a_linear_target_is_fitted_exactly():
    generator = np.random.default_rng(3)
    embeddings = generator.normal(size=(50, 4))
    weight, bias = fit(embeddings, embeddings @ [1, -2, 0.5, 3] + 7)
    assert np.allclose(weight, [1, -2, 0.5, 3]) and np.isclose(bias, 7)
