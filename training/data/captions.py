"""The caption grammar: what one may say about a scene, in which words and in which order."""

from collections.abc import Sequence

import numpy as np

from training.data.arrange import sample_scene
from training.data.attributes import COLUMNS, PAINTED

# The first word of each list is the canonical one.
WORDS = {
    "solid": {
        "cube": ("cube", "box", "block"),
        "sphere": ("sphere", "ball", "globe"),
        "cylinder": ("cylinder", "drum", "barrel"),
        "cone": ("cone",),
        "pyramid": ("pyramid",),
        "torus": ("torus", "ring", "donut"),
    },
    "colour": {
        "red": ("red", "crimson", "scarlet"),
        "orange": ("orange", "tangerine"),
        "yellow": ("yellow", "lemon"),
        "green": ("green", "emerald"),
        "blue": ("blue", "cobalt"),
        "purple": ("purple", "violet"),
        "black": ("black", "jet black"),
        "white": ("white", "snow white"),
    },
    "size": {"small": ("small", "tiny", "little"), "large": ("large", "big", "huge")},
    "material": {"matte": ("matte", "rubber", "dull"), "metal": ("metal", "shiny", "metallic")},
    "floor": {
        "sand": ("on sand", "on the sand", "in the desert", "on a beach"),
        "grass": ("on grass", "on the grass", "on a lawn", "in a meadow"),
        "wood": ("on wood", "on the wooden floor", "on wooden planks", "on a wooden table"),
        "tiles": ("on tiles", "on the tiles", "on a tiled floor"),
        "snow": ("on snow", "on the snow", "in the snow", "in winter"),
        "concrete": ("on concrete", "on the concrete floor", "on the pavement"),
    },
    "time": {
        "day": ("by day", "in daylight", "at noon", "during the day"),
        "sunset": ("at sunset", "at dusk", "in the evening", "during sunset"),
        "night": ("at night", "by night", "in moonlight", "under the stars"),
    },
    "style": {
        "photo": ("a photo of", "a render of", "a photograph of"),
        "drawing": ("a line drawing of", "a drawing of", "a sketch of"),
        "pixel art": ("pixel art of", "a pixel picture of"),
    },
    # Told from the first solid, and from the second.
    "relation": {
        "on": ("on top of", "on", "stacked on", "under", "below"),
        "left": ("left of", "to the left of", "right of", "to the right of"),
        "front": ("in front of", "behind"),
        "row": ("in a row",),
    },
    "word": {word: (word,) for word in PAINTED[1:]},
}
CONVERSE = ("under", "below", "right of", "to the right of", "behind")
# How likely an attribute is named in a partial caption.
KEEP = 0.8
OPENINGS = ("", "", "", "a picture of ", "there is ")  # say nothing of the style
NOUNS = ("object", "thing", "solid")
BOARDS = ("sign", "board")
SAYS = ("that says", "with the word", "that reads")
BESIDE = ("next to", "beside", "and")


def vocabulary() -> dict[str, list[str]]:
    """Every wording of every attribute, and of what stands around them, for a pack's manifest."""
    attributes = {
        attribute: [wording for wordings in values.values() for wording in wordings]
        for attribute, values in WORDS.items()
    }
    openings = [o.strip() for o in OPENINGS if o]
    return attributes | {"phrasing": ["a", "an", *dict.fromkeys(openings), *NOUNS, *BOARDS, *SAYS, *BESIDE]}


def _article(phrase: str) -> str:
    return ("an " if phrase[0] in "aeiou" else "a ") + phrase


def caption(
    attributes: Sequence[int], rng: np.random.Generator | None = None, full: bool = False, canonical: bool = False
) -> str:
    """One caption of the scene whose attribute row is given (indices in the order of COLUMNS).

    full: every attribute is named that a caption of so many solids has room for. canonical: the fixed wording,
    "a small red metal cube on sand at sunset", always full, which needs no rng. Otherwise words, order and what is left
    out are drawn from rng.
    """
    return _Writer(attributes, None if canonical else rng, full or canonical).write()


def compose(attributes: Sequence[int], rng: np.random.Generator, full: bool = False) -> tuple[str, list[bool]]:
    """A drawn caption, and which attributes (in the order of COLUMNS) it names.

    How many solids there are is always told.
    """
    writer = _Writer(attributes, rng, full)
    text = writer.write()
    return text, [name in writer.named for name in COLUMNS]


class _Writer:
    """Writes one caption; without rng it takes the first of every choice."""

    def __init__(self, attributes: Sequence[int], rng: np.random.Generator | None, full: bool):
        self.rng, self.full = rng, full
        self.value = {
            name: values[int(i)] for (name, values), i in zip(COLUMNS.items(), attributes, strict=True) if i >= 0
        }
        self.named = {"count"}

    def _pick(self, options: Sequence[str]) -> str:
        return options[0] if self.rng is None else options[int(self.rng.integers(len(options)))]

    def _chance(self, share: float) -> bool:
        return self.rng is not None and self.rng.random() < share

    def _name(self, column: str, keep: float) -> str | None:
        """A wording of the column's value, or None if the caption leaves it open."""
        if not self.full and not self._chance(keep):
            return None
        self.named.add(column)
        return self._pick(WORDS[column.split()[0]][self.value[column]])

    def _solid(self, slot: int) -> str:
        """The noun of a solid with its adjectives.

        Three and more leave little room for size and material, four and more none.
        """
        count = self.value["count"]
        keep = (
            {"size": KEEP, "material": KEEP, "colour": KEEP}
            if count == 1
            else {"size": 0.5, "material": 0.5, "colour": 0.9}
        )
        if count >= 3:
            keep = {"size": 0.25, "material": 0.25, "colour": 0.95} if count == 3 else {"colour": 1.0}
        words = {name: word for name, share in keep.items() if (word := self._name(f"{name} {slot}", share))}
        order = ["size", "colour", "material"] if self.rng is None else ["size", "material", "colour"]
        adjectives = [words[name] for name in order if name in words]
        if len(adjectives) > 1 and self._chance(0.5):
            adjectives = [adjectives[i] for i in self.rng.permutation(len(adjectives))]
        return " ".join([*adjectives, self._name(f"solid {slot}", KEEP if count == 1 else 0.95) or self._pick(NOUNS)])

    def _says(self, noun: str) -> str:
        """The noun with its lettering."""
        self.named.add("lettering")
        word = self._name("word", 0.9)
        if word is None:
            return noun
        quoted = f'"{word}"' if self._chance(0.3) else word
        return f"{noun} {self._pick(SAYS)} {quoted}"

    def _two(self) -> str:
        first, second = (_article(self._solid(slot)) for slot in (1, 2))
        relation = self._name("relation", 0.85)
        if relation is None:
            # Nobody can tell the first from the second, so neither is named as such.
            self.named -= {name for name in self.named if name[-1] in "12"}
            return f"{first} and {second}" if self._chance(0.5) else f"{second} and {first}"
        return f"{second} {relation} {first}" if relation in CONVERSE else f"{first} {relation} {second}"

    def _things(self) -> str:
        """What the caption is of, with articles."""
        count, lettering = self.value["count"], self.value["lettering"]
        if lettering == "board":
            board = self._says(_article(self._pick(BOARDS)))
            return f"{_article(self._solid(1))} {self._pick(BESIDE)} {board}" if count else board
        if count == 1:
            solid = self._solid(1)
            return _article(self._says(solid) if lettering == "solid" else solid)
        if count == 2:
            return self._two()
        solids = [_article(self._solid(slot)) for slot in range(1, count + 1)]
        self.named.add("relation")
        told = f"{', '.join(solids[:-1])} and {solids[-1]}"
        return f"{told} in a row" if count < 5 and not self.full and self._chance(0.5) else told

    def write(self) -> str:
        crowded = self.value["count"] >= 4
        style = self.value["style"]
        plain = style == "photo" and (self.rng is None or self._chance(0.6))
        opening = None if plain else self._name("style", 1.0 if style == "photo" else 0.92)
        things = self._things()
        floor = None if crowded and self._chance(0.5) else self._name("floor", KEEP)
        time = None if crowded and (floor or self.rng is None) else self._name("time", KEEP)
        places = [place for place in (floor, time) if place]
        if len(places) == 2 and self._chance(0.35):
            places.reverse()
        if opening is None:
            manner = 1.0 if self.rng is None else self.rng.random()
            if manner < 0.12 and self.value["count"] == 1:
                return " ".join([things.removeprefix("an ").removeprefix("a "), *places])
            if manner < 0.22 and places:
                front = places.pop(int(self.rng.integers(len(places))))
                return " ".join([front + ",", things, *places])
            opening = self._pick(OPENINGS).strip()
        return " ".join([*([opening] if opening else []), things, *places])


def all_texts(count: int, seed: int) -> list[str]:
    """Captions of random scenes, on which the tokenizer is trained."""
    rng = np.random.default_rng(seed)
    return [caption(sample_scene(seed, "train", i).attribute_row(), rng) for i in range(count)]
