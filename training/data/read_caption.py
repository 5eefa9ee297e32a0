"""What a caption of one solid says, as an attribute row: the labels of a synthetic picture."""

import re

from training.data.attributes import ABSENT, COLUMNS, PLACE
from training.data.captions import WORDS

# The columns that a caption of one solid names, by attribute.
COLUMN_OF = {
    "solid": "solid 1",
    "colour": "colour 1",
    "size": "size 1",
    "material": "material 1",
    "floor": "floor",
    "time": "time",
    "style": "style",
}
# What holds for every scene of one solid without lettering.
PLAIN = {"count": 1, "relation": "none", "lettering": "none", "word": "none"}
_SAID = {
    wording: (COLUMN_OF[attribute], value)
    for attribute, values in WORDS.items()
    if attribute in COLUMN_OF
    for value, wordings in values.items()
    for wording in wordings
}
# Longer wordings first: "snow white" is a colour, "in the snow" a floor.
_WORDING = re.compile(r"\b(" + "|".join(sorted(_SAID, key=len, reverse=True)) + r")\b")


def read_caption(caption: str) -> list[int]:
    """Indices into the values of COLUMNS, in their order, and -1 for what the caption leaves open.

    Raises ValueError if the caption names an attribute twice, as one of two solids does, or no solid.
    """
    row = {name: ABSENT for name in COLUMNS} | {name: COLUMNS[name].index(value) for name, value in PLAIN.items()}
    for wording in _WORDING.findall(caption.lower()):
        column, value = _SAID[wording]
        if row[column] != ABSENT:
            raise ValueError(f'"{caption}" says twice what "{column}" is: write captions of one solid')
        row[column] = COLUMNS[column].index(value)
    if row[COLUMN_OF["solid"]] == ABSENT:
        names = ", ".join(WORDS["solid"])
        raise ValueError(f'"{caption}" names no solid: name one of {names}')
    return [row[name] for name in PLACE]
