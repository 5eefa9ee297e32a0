"""A configuration that is not exactly what its dataclass says is refused at once, with every fault by name."""

import json
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import pytest

from training.data.config import ScenesConfig
from training.paths import CONFIGS
from training.read_config import ConfigError, Count, Range, Share, read_config
from training.train.config import (
    AutoregressivePriorConfig,
    ClassifierConfig,
    ClipConfig,
    DecoderConfig,
    PriorConfig,
    TurboConfig,
    UpsamplerConfig,
    read_toybox_configs,
)

KINDS = {
    "scenes": ScenesConfig,
    "scenes-2": ScenesConfig,
    "clip": ClipConfig,
    "classifier": ClassifierConfig,
    "prior": PriorConfig,
    "autoregressive-prior": AutoregressivePriorConfig,
    "decoder": DecoderConfig,
    "decoder-polish": DecoderConfig,
    "decoder-2": DecoderConfig,
    "upsampler-256": UpsamplerConfig,
    "upsampler-1024": UpsamplerConfig,
    "turbo-decoder": TurboConfig,
    "turbo-prior": TurboConfig,
}


@dataclass(frozen=True)
class Round:
    kind: Literal["round"]
    radius: float


@dataclass(frozen=True)
class Square:
    kind: Literal["square"]
    side: float


@dataclass(frozen=True)
class Sample:
    name: str
    count: Count
    share: Share
    angle: Annotated[float, Range(-180, 180)]
    pair: tuple[Share, Share]
    sizes: tuple[Count, ...]
    shape: Round | Square
    colour: Literal["red", "blue"]


GOOD = {
    "name": "a",
    "count": 3,
    "share": 1,
    "angle": -90.5,
    "pair": [0, 0.5],
    "sizes": [1, 2, 3],
    "shape": {"kind": "round", "radius": 2},
    "colour": "blue",
}


def read(tmp_path, content) -> Sample:
    path = tmp_path / "sample.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_config(path, Sample)


def test_what_fits_is_read(tmp_path):
    expected = Sample("a", 3, 1, -90.5, (0, 0.5), (1, 2, 3), Round("round", 2), "blue")
    assert read(tmp_path, GOOD) == expected
    square = read(tmp_path, GOOD | {"shape": {"kind": "square", "side": 1.5}, "sizes": []})
    assert square == replace(expected, shape=Square("square", 1.5), sizes=())


@pytest.mark.parametrize(
    "change, complaint",
    [
        ({"count": "3"}, 'count must be a whole number, is "3"'),
        ({"count": 2.0}, "count must be a whole number, is 2.0"),
        ({"count": True}, "count must be a whole number, is true"),
        ({"count": 0}, "count must be at least 1, is 0"),
        ({"share": 1.5}, "share must be between 0 and 1, is 1.5"),
        ({"share": None}, "share must be a number, is null"),
        ({"angle": "east"}, 'angle must be a number, is "east"'),
        ({"name": 4}, "name must be a text, is 4"),
        ({"pair": [0.5]}, "pair must have 2 values, has 1"),
        ({"pair": [0.5, 2]}, "pair[1] must be between 0 and 1, is 2"),
        ({"sizes": 3}, "sizes must be an array, is 3"),
        ({"sizes": [1, "x"]}, 'sizes[1] must be a whole number, is "x"'),
        ({"shape": "round"}, "shape.kind must be one of 'round', 'square', is null"),
        ({"shape": {"kind": "flat"}}, "shape.kind must be one of 'round', 'square', is \"flat\""),
        ({"shape": {"kind": "round"}}, "shape.radius is missing"),
        ({"shape": {"kind": "round", "radius": 1, "side": 1}}, "shape.side is unknown"),
        ({"colour": "green"}, "colour must be one of 'red', 'blue', is 'green'"),
        ({"colours": "red"}, "colours is unknown"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(tmp_path, change, complaint):
    with pytest.raises(ConfigError) as error:
        read(tmp_path, GOOD | change)
    first, *faults = str(error.value).splitlines()
    assert first.endswith("sample.json does not fit Sample:") and [fault.strip() for fault in faults] == [complaint]


def test_all_faults_are_reported_together(tmp_path):
    content = {key: value for key, value in GOOD.items() if key != "name"} | {"count": 0, "size": 1}
    with pytest.raises(ConfigError) as error:
        read(tmp_path, content)
    assert [line.strip() for line in str(error.value).splitlines()[1:]] == [
        "name is missing",
        "size is unknown",
        "count must be at least 1, is 0",
    ]


def test_values_that_do_not_go_together_are_refused_with_the_file(tmp_path):
    content = json.loads((CONFIGS / "turbo-prior.json").read_text()) | {"timesteps": [899, 499]}
    (tmp_path / "late.json").write_text(json.dumps(content))
    with pytest.raises(
        ConfigError, match=r"late\.json does not fit TurboConfig:\s+timesteps must begin with the first"
    ):
        read_config(tmp_path / "late.json", TurboConfig)


@pytest.mark.parametrize(
    "content, complaint",
    [
        ("{", "is not JSON"),
        ("[]", "the whole must be an object"),
        ('{"count": NaN}', "count must be a whole number, is NaN"),
    ],
)
def test_a_file_that_is_no_object_is_refused(tmp_path, content, complaint):
    with pytest.raises(ConfigError, match=complaint):
        read(tmp_path, content)


def test_every_file_of_configs_is_read():
    assert {path.stem for path in CONFIGS.glob("*")} == set(KINDS)
    for name, kind in KINDS.items():
        assert isinstance(read_config(CONFIGS / f"{name}.json", kind), kind)
    assert read_toybox_configs().scheduler("prior").prediction == "sample"


def paths_in(content, path=()):
    """The place of every key, nested ones included."""
    for key, value in content.items():
        yield (*path, key)
        if isinstance(value, dict):
            yield from paths_in(value, (*path, key))


@pytest.mark.parametrize("name, kind", KINDS.items())
def test_no_key_of_a_configuration_may_be_missing_renamed_or_of_another_shape(tmp_path, name, kind):
    original = (CONFIGS / f"{name}.json").read_text()
    places = list(paths_in(json.loads(original)))
    assert len(places) > 5
    for place in places:
        for fault in ("missing", "renamed", "misshapen"):
            content = json.loads(original)
            parent = content
            for key in place[:-1]:
                parent = parent[key]
            value = parent[place[-1]]
            if fault == "misshapen":
                parent[place[-1]] = {"unexpected": value}
            else:
                del parent[place[-1]]
                if fault == "renamed":
                    parent[place[-1] + "_"] = value
            path = tmp_path / "config.json"
            path.write_text(json.dumps(content))
            with pytest.raises(ConfigError, match=".".join(place).replace("[", r"\[")):
                read_config(path, kind)
