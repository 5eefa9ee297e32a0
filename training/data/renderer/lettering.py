"""A word as strokes: capital letters of straight lines with round ends, crisp at every size."""

from functools import cache

import torch
from torch import Tensor

# Each letter on a grid 4 wide and 6 high: polylines of points "xy".
_LETTERS = {
    "A": ("00 03 26 43 40", "02 42"),
    "B": ("00 06 26 35 34 23 03", "23 42 41 30 00"),
    "C": ("45 36 16 05 01 10 30 41",),
    "D": ("00 06 26 44 42 20 00",),
    "E": ("46 06 00 40", "03 33"),
    "F": ("46 06 00", "03 33"),
    "G": ("45 36 16 05 01 10 30 41 43 23",),
    "H": ("00 06", "40 46", "03 43"),
    "I": ("06 46", "26 20", "00 40"),
    "L": ("06 00 40",),
    "N": ("00 06 40 46",),
    "O": ("05 16 36 45 41 30 10 01 05",),
    "P": ("00 06 36 45 44 33 03",),
    "R": ("00 06 36 45 44 33 03", "23 40"),
    "S": ("45 36 16 05 04 13 33 42 41 30 10 01",),
    "T": ("06 46", "26 20"),
    "U": ("06 01 10 30 41 46",),
    "V": ("06 20 46",),
    "W": ("06 10 23 30 46",),
    "Y": ("06 23 46", "23 20"),
    "Z": ("06 46 00 40",),
}
_ADVANCE = 5.6  # from one letter to the next, in cells of the grid
_STROKE = 0.62  # half the width of a stroke, in cells
_WIDTH, _HEIGHT = 4, 6  # of a letter


@cache
def _segments(word: str) -> Tensor:
    """Segments [S, 4] of a word that fills x in [-1, 1]: x and y of both ends."""
    lines = []
    for place, letter in enumerate(word.upper()):
        for line in _LETTERS[letter]:
            points = [(int(point[0]) + place * _ADVANCE, int(point[1])) for point in line.split()]
            lines += [(*a, *b) for a, b in zip(points, points[1:])]
    middle = torch.tensor([(len(word) - 1) * _ADVANCE / 2 + _WIDTH / 2, _HEIGHT / 2]).repeat(2)
    return (torch.tensor(lines) - middle) / _half_width(word)


def _half_width(word: str) -> float:
    """Half the width of a word in cells of the grid, strokes included."""
    return ((len(word) - 1) * _ADVANCE + _WIDTH) / 2 + _STROKE


def inked(word: str, u: Tensor, v: Tensor, half_width: float, half_height: float) -> Tensor:
    """Whether points u, v [M] lie on a stroke of `word`, bool [M]; it is as large as the half sizes allow."""
    scale = min(half_width, half_height * _half_width(word) / (_HEIGHT / 2 + _STROKE))
    lines = _segments(word).to(u.device)
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    points = torch.stack([u, v], -1)[:, None] / scale - start
    share = ((points * along).sum(-1) / (along * along).sum(-1)).clamp(0, 1)
    distance = (points - share[..., None] * along).norm(dim=-1).amin(1)
    return distance < _STROKE / _half_width(word)
