"""The comparison of renders and synthetic pictures, at its smallest."""

import re
import sys

import numpy as np
import pytest

from training.data.dataset import SceneData, save_shard
from training.data.one_solid import render_one_solid
from training.judge.synthetic_data import joined, main

RENDERS = render_one_solid("train", 4)


@pytest.fixture
def folders(tmp_path):
    def write(of_each):
        for split in ("train", "validation", "evaluation"):
            save_shard(tmp_path / "renders" / f"{split}-000000.npz", RENDERS)
        save_shard(tmp_path / "synthetic/train-000000.npz", of_each)
        return [str(tmp_path / "renders"), str(tmp_path / "synthetic"), "--out", str(tmp_path / "runs")]

    return write


def test_both_holds_the_scenes_of_one_after_those_of_the_other():
    both = joined(RENDERS, SceneData(RENDERS.images[:1], RENDERS.attributes[:1]))
    assert both.images.shape == (5, 3, 64, 64) and (both.attributes[4] == RENDERS.attributes[0]).all()


def test_three_classifiers_are_trained_and_tested_and_a_second_process_repeats_the_table(folders, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["synthetic_data", *folders(RENDERS), "--steps", "2"])
    main()
    first = capsys.readouterr().out
    assert re.findall(r"^\| ([\w, ]+) \| 3 \|", first, re.M) == ["renders, 4", "synthetic, 4", "both, 8"]
    assert "4 other renders, 2 steps of 128" in first
    main()
    table = lambda text: [line for line in text.splitlines() if line.startswith("|")]
    again = capsys.readouterr().out
    assert again.count("resumed: ") == 3 and table(again) == table(first)
    assert table(first)[2].split("|")[3:] == table(first)[3].split("|")[3:]


def test_fewer_renders_than_synthetic_pictures_are_refused(folders, monkeypatch, capsys):
    more = SceneData(np.tile(RENDERS.images, (2, 1, 1, 1)), np.tile(RENDERS.attributes, (2, 1)))
    monkeypatch.setattr(sys, "argv", ["synthetic_data", *folders(more)])
    with pytest.raises(SystemExit):
        main()
    assert "8 synthetic pictures, but 4 renders: render more" in capsys.readouterr().err
