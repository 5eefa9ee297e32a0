"""Synthetic data: captions read back as attributes, archives as scenes."""

import io
import sys
import tarfile

import numpy as np
import pytest
from PIL import Image

from training.data.attributes import ABSENT, COLUMNS, PLACE
from training.data.captions import caption, compose
from training.data.dataset import load_scenes
from training.data.one_solid import one_solid_scenes
from training.data.read_caption import read_caption
from training.data.webdataset import main, read_webdataset

ROWS = [scene.attribute_row() for scene in one_solid_scenes("train", 300)]


def test_scenes_of_one_solid_are_photos_of_one_solid_without_lettering():
    columns = dict(zip(COLUMNS, np.array(ROWS).T))
    assert set(columns["count"]) == {1} and set(columns["style"]) == {COLUMNS["style"].index("photo")}
    assert set(columns["word"]) == {COLUMNS["word"].index("none")}
    assert one_solid_scenes("train", 3) != one_solid_scenes("evaluation", 3)


def test_a_caption_that_names_everything_is_read_back_whole_but_for_the_style_that_it_takes_for_granted():
    for row in ROWS:
        expected = [ABSENT if name == "style" else value for name, value in zip(COLUMNS, row)]
        assert read_caption(caption(row, canonical=True)) == expected


def test_of_a_drawn_caption_exactly_what_it_names_is_read():
    rng, read = np.random.default_rng(7), 0
    told = [name for name in PLACE if name in ("solid 1", "colour 1", "size 1", "material 1", "floor", "time", "style")]
    for row in ROWS:
        text, named = compose(row, rng)
        if not named[PLACE["solid 1"]]:
            continue
        found = read_caption(text)
        expected = [row[PLACE[name]] if named[PLACE[name]] else ABSENT for name in told]
        assert [found[PLACE[name]] for name in told] == expected, text
        read += 1
    assert read > 150


@pytest.mark.parametrize(
    "text, message",
    [
        ("a red cube on top of a blue ball", "says twice"),
        ("a red thing on grass", "names no solid"),
        ("", "names no solid"),
    ],
)
def test_a_caption_of_anything_but_one_solid_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        read_caption(text)


def png(side=64, value=0):
    stream = io.BytesIO()
    Image.fromarray(np.full((side, side, 3), [value, 1, 2], np.uint8)).save(stream, "png")
    return stream.getvalue()


@pytest.fixture
def archive(tmp_path):
    def write(files):
        path = tmp_path / "dataset.tar"
        with tarfile.open(path, "w") as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        return path

    return write


WHOLE = {
    "000000.json": b"{}",
    "000000.png": png(value=5),
    "000000.txt": b"a small red cube",
    "000001.png": png(value=9),
    "000001.txt": b"a large ring on snow",
}


def test_archives_become_scenes_in_their_order_that_trainers_load(archive, tmp_path, monkeypatch, capsys):
    path = str(archive(WHOLE))
    monkeypatch.setattr(sys, "argv", ["webdataset", path, path, "--out", str(tmp_path / "set")])
    main()
    assert capsys.readouterr().out.startswith("4 pictures")
    scenes = load_scenes(tmp_path / "set")
    assert scenes.images.shape == (4, 3, 64, 64) and scenes.images[:, 0, 3, 3].tolist() == [5, 9, 5, 9]
    assert scenes.attributes[:2].tolist() == [read_caption("a small red cube"), read_caption("a large ring on snow")]


def test_an_archive_that_cannot_be_read_ends_the_command_with_its_name(archive, tmp_path, monkeypatch, capsys):
    (tmp_path / "text.tar").write_text("no archive")
    monkeypatch.setattr(sys, "argv", ["webdataset", str(tmp_path / "text.tar"), "--out", str(tmp_path / "set")])
    with pytest.raises(SystemExit):
        main()
    assert "text.tar" in capsys.readouterr().err and not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    "files, message",
    [
        ({}, "holds no samples"),
        ({"000000.txt": b"a cube"}, "000000 has no png"),
        ({"000000.png": png()}, "000000 has no txt"),
        ({"000000.png": png(32), "000000.txt": b"a cube"}, "000000.png is 32 x 32, not 64 x 64"),
        ({"000000.png": png(), "000000.txt": b"a word"}, "000000.txt: .* names no solid"),
    ],
)
def test_an_archive_that_is_not_of_such_samples_is_refused(archive, files, message):
    with pytest.raises(ValueError, match=message):
        read_webdataset(archive(files))
