import numpy as np
import pytest

from training.judge.samples import colours, shrink


def test_a_picture_shrinks_to_the_means_of_its_blocks():
    image = np.zeros((1, 3, 4, 4), np.uint8)
    image[0, 0, :2, 2:] = [[10, 20], [30, 41]]
    assert shrink(image, 2)[0, 0].tolist() == [[0, 25], [0, 0]]
    assert not shrink(image, 2)[0, 1:].any()


def test_a_size_that_leaves_a_part_is_refused():
    with pytest.raises(ValueError, match="whole blocks"):
        shrink(np.zeros((1, 3, 4, 4), np.uint8), 3)


def test_a_pixel_is_one_number():
    image = np.array([1, 2, 255], np.uint8).reshape(1, 3, 1, 1)
    assert colours(image).tolist() == [[[0x0102FF]]]
