"""The caption grammar: what one may say about a scene, in which words and in which order."""

from collections.abc import Sequence

import numpy as np

from .attributes import ATTRIBUTES

# The first word of each list is the canonical one.
WORDS = {
    "solid": {
        "cube": ("cube", "box", "block"), "sphere": ("sphere", "ball", "globe"),
        "cylinder": ("cylinder", "drum", "barrel"), "cone": ("cone",),
        "pyramid": ("pyramid",), "torus": ("torus", "ring", "donut"),
    },
    "colour": {
        "red": ("red", "crimson", "scarlet"), "orange": ("orange", "tangerine"), "yellow": ("yellow", "lemon"),
        "green": ("green", "emerald"), "blue": ("blue", "cobalt"), "purple": ("purple", "violet"),
        "black": ("black", "jet black"), "white": ("white", "snow white"),
    },
    "size": {"small": ("small", "tiny", "little"), "large": ("large", "big", "huge")},
    "material": {"matte": ("matte", "rubber", "dull"), "metal": ("metal", "shiny", "metallic")},
    "floor": {
        "sand": ("on sand", "on the sand", "in the desert", "on a beach"),
        "grass": ("on grass", "on the grass", "on a lawn", "in a meadow"),
        "wood": ("on wood", "on the wooden floor", "on wooden planks", "on a wooden table"),
    },
    "time": {
        "day": ("by day", "in daylight", "at noon", "during the day"),
        "sunset": ("at sunset", "at dusk", "in the evening", "during sunset"),
        "night": ("at night", "by night", "in moonlight", "under the stars"),
    },
}
# How likely an attribute is named in a partial caption.
KEEP = 0.8
OPENINGS = ("", "", "", "a photo of ", "a picture of ", "a render of ", "there is ")
NOUNS = ("object", "thing", "solid")


def vocabulary() -> dict[str, list[str]]:
    """Every wording of every attribute, and of what stands around them, for a pack's manifest."""
    attributes = {
        attribute: [wording for wordings in values.values() for wording in wordings]
        for attribute, values in WORDS.items()
    }
    return attributes | {"phrasing": ["a", "an", *dict.fromkeys(o.strip() for o in OPENINGS if o), *NOUNS]}


def _article(phrase: str) -> str:
    return ("an " if phrase[0] in "aeiou" else "a ") + phrase


def caption(
    attributes: Sequence[int], rng: np.random.Generator | None = None, full: bool = False, canonical: bool = False,
) -> str:
    """One caption of the scene whose attribute row is given (indices in the order of ATTRIBUTES).

    full: every attribute is named. canonical: the fixed wording, "a small red metal cube on sand at sunset", always
    full, which needs no rng. Otherwise words, order and what is left out are drawn from rng.
    """
    if canonical:
        values = _values(attributes)
        word = {name: WORDS[name][value][0] for name, value in values.items()}
        noun = _article(f"{word['size']} {word['colour']} {word['material']} {word['solid']}")
        return f"{noun} {word['floor']} {word['time']}"

    return compose(attributes, rng, full)[0]


def _values(attributes: Sequence[int]) -> dict[str, str]:
    return {name: choices[int(i)] for (name, choices), i in zip(ATTRIBUTES.items(), attributes)}


def compose(attributes: Sequence[int], rng: np.random.Generator, full: bool = False) -> tuple[str, list[bool]]:
    """A drawn caption, and which attributes (in the order of ATTRIBUTES) it names."""
    values = _values(attributes)

    def pick(options):
        return options[int(rng.integers(len(options)))]

    named = [name for name in values if full or rng.random() < KEEP]
    word = {name: pick(WORDS[name][values[name]]) for name in named}
    adjectives = [word[name] for name in ("size", "material", "colour") if name in named]
    if len(adjectives) > 1 and rng.random() < 0.5:
        adjectives = [adjectives[i] for i in rng.permutation(len(adjectives))]
    noun = " ".join([*adjectives, word["solid"] if "solid" in named else pick(NOUNS)])
    places = [word[name] for name in ("floor", "time") if name in named]
    if len(places) == 2 and rng.random() < 0.35:
        places.reverse()
    named_row = [name in named for name in ATTRIBUTES]
    style = rng.random()
    if style < 0.12:
        return " ".join([noun, *places]), named_row
    if style < 0.22 and places:
        front = places.pop(int(rng.integers(len(places))))
        return " ".join([front + ",", _article(noun), *places]), named_row
    return pick(OPENINGS) + " ".join([_article(noun), *places]), named_row


def all_texts(count: int, seed: int) -> list[str]:
    """Captions of random attributes, on which the tokenizer is trained."""
    rng = np.random.default_rng(seed)
    return [caption([rng.integers(len(v)) for v in ATTRIBUTES.values()], rng) for _ in range(count)]
