"""Captions name what is there and nothing else."""

import numpy as np
import pytest
import torch

from training.data.arrange import sample_scene
from training.data.attributes import COLUMNS, PAINTED, Board, Scene, Solid
from training.data.captions import CONVERSE, WORDS, all_texts, caption, compose, vocabulary
from training.data.near_misses import near_miss
from training.train.networks.clip_model import fits

RED_CUBE, BLUE_BALL = Solid("cube", "red", "small", "metal"), Solid("sphere", "blue", "large", "matte")
ONE = Scene((RED_CUBE,), "sand", "sunset").attribute_row()
TWO = Scene((RED_CUBE, BLUE_BALL), "tiles", "day", relation="on").attribute_row()
CONE = Solid("cone", "green", "small", "matte")
MANY = Scene((RED_CUBE, BLUE_BALL, CONE, RED_CUBE), "snow", "night", style="drawing", relation="row").attribute_row()
SIGN = Scene((), "grass", "night", board=Board("cat")).attribute_row()
PAINT = Scene((Solid("cube", "red", "large", "matte", word="ball"),), "wood", "day", style="pixel art").attribute_row()
SAMPLE = [sample_scene(9, "train", i).attribute_row() for i in range(600)]


def test_canonical_wording():
    assert [caption(row, canonical=True) for row in (ONE, TWO, MANY, SIGN, PAINT)] == [
        "a small red metal cube on sand at sunset",
        "a small red metal cube on top of a large blue matte sphere on tiles by day",
        "a line drawing of a red cube, a blue sphere, a green cone and a red cube on snow",
        "a sign that says cat on grass at night",
        "pixel art of a large red matte cube that says ball on wood by day",
    ]


def wordings(column, value):
    return WORDS[column.split()[0]][COLUMNS[column][value]]


@pytest.mark.parametrize("row", [ONE, SIGN, PAINT])
def test_captions_name_what_they_say_they_name(row):
    rng = np.random.default_rng(1)
    for full in (False, True):
        for _ in range(200):
            text, named = compose(row, rng, full)
            words = f" {text} ".replace('"', "").replace(",", " ")
            for (column, value), there in zip(zip(COLUMNS, row), named):
                if (
                    value >= 0
                    and column.split()[0] in WORDS
                    and value < len(COLUMNS[column])
                    and COLUMNS[column][value] != "none"
                ):
                    assert any(f" {w} " in words for w in wordings(column, value)) == there, (column, text)
            if full:
                assert all(
                    there or value < 0 or name in ("relation", "lettering", "word", "style")
                    for (name, value), there in zip(zip(COLUMNS, row), named)
                ), text


def test_partial_captions_leave_out_everything_now_and_then():
    rng = np.random.default_rng(2)
    named = np.array([compose(TWO, rng)[1] for _ in range(400)])
    columns = list(COLUMNS)
    for name in ("floor", "time", "style", "relation", "solid 1", "colour 1", "size 2", "material 2"):
        assert 10 < named[:, columns.index(name)].sum() < 395, name
    assert named[:, columns.index("count")].all() and not named[:, columns.index("solid 3")].any()


def test_a_relation_is_told_from_either_side():
    rng = np.random.default_rng(3)
    seen = set()
    for _ in range(300):
        text, named = compose(TWO, rng, full=True)
        relation = next(w for w in sorted(WORDS["relation"]["on"], key=len, reverse=True) if f" {w} a" in text)
        before, _ = text.split(f" {relation} ", 1)
        first = any(word in before for word in WORDS["colour"]["red"])
        assert first == (relation not in CONVERSE), text
        seen.add(relation)
    assert seen == set(WORDS["relation"]["on"])


def test_words_belong_to_one_value_only():
    # A painted word may be a colour's or a solid's: that is what a typographic attack needs.
    words = [w for name, values in WORDS.items() if name != "word" for choices in values.values() for w in choices]
    assert len(words) == len(set(words))
    for name in ("floor", "time", "style"):
        assert list(WORDS[name]) == list(COLUMNS[name])
    for name in ("solid", "colour", "size", "material"):
        assert list(WORDS[name]) == list(COLUMNS[f"{name} 1"])
    assert {"ball", "red"} <= set(PAINTED) and "crimson" in vocabulary()["colour"]


def test_every_word_of_a_caption_is_in_the_vocabulary():
    known = {word for wordings in vocabulary().values() for wording in wordings for word in wording.split()}
    rng = np.random.default_rng(4)
    for row in SAMPLE:
        for word in caption(row, rng).replace(",", "").replace('"', "").split():
            assert word in known, word


def test_captions_are_a_function_of_the_seed():
    assert all_texts(20, 3) == all_texts(20, 3) != all_texts(20, 4)


def test_near_misses_are_false_of_their_own_scene():
    rng = np.random.default_rng(6)
    changed = set()
    for row in SAMPLE:
        miss = near_miss(row, rng)
        differing = [name for name, a, b in zip(COLUMNS, row, miss) if a != b]
        assert differing and len(miss) == len(row)
        assert all(0 <= value < len(COLUMNS[name]) or value == -1 for name, value in zip(COLUMNS, miss))
        changed |= {name.split()[0] for name in differing}
        _, named = compose(miss, rng, full=True)
        true = fits(torch.tensor([named]), torch.from_numpy(miss)[None], torch.tensor([row]))
        # Captions of four and more leave out floor or time.
        assert not true.item() or row[0] >= 4
    assert {"word", "floor", "solid", "colour", "size", "material"} <= changed
    misses = [near_miss(TWO, np.random.default_rng(seed)).tolist() for seed in range(20)]
    assert sum(sorted(miss) == sorted(TWO) for miss in misses) >= 5
