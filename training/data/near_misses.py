"""Scenes that are almost another: their captions are the hardest negatives of CLIP's contrast.

In a batch of a few hundred hardly two scenes differ only in which solid stands on which, or in a painted word.
Without such pairs the contrast is won without learning either (Yuksekgonul et al. 2023, section 4).
"""

from collections.abc import Sequence

import numpy as np

from training.data.attributes import COLUMNS, OF_SOLID, PLACE

SWAP, REWORD = 0.6, 0.7  # how often, where it can be done; else one attribute is another


def near_miss(attributes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """An attribute row like `attributes` but for one thing: the order of two solids, the painted word, or one
    attribute.
    """
    row = np.array(attributes)
    count, word = row[PLACE["count"]], row[PLACE["word"]]
    first, second = (slice(PLACE[f"solid {slot}"], PLACE[f"solid {slot}"] + len(OF_SOLID)) for slot in (1, 2))
    if count == 2 and (row[first] != row[second]).any() and rng.random() < SWAP:
        row[first], row[second] = row[second].copy(), row[first].copy()
        return row
    if word > 0 and rng.random() < REWORD:
        return _changed(row, "word", 1, rng)
    if count == 0 or rng.random() < 0.2:
        return _changed(row, ("floor", "time")[int(rng.integers(2))], 0, rng)
    # Captions of many solids name kind and colour only.
    names = list(OF_SOLID) if count <= 2 else ["solid", "colour"]
    return _changed(row, f"{names[int(rng.integers(len(names)))]} {1 + int(rng.integers(count))}", 0, rng)


def _changed(row: np.ndarray, column: str, least: int, rng: np.random.Generator) -> np.ndarray:
    """`row` with another value of `column`, not below `least`."""
    values, k = len(COLUMNS[column]), PLACE[column]
    row[k] = least + (row[k] - least + rng.integers(1, values - least)) % (values - least)
    return row
