"""Reads a JSON configuration into a frozen dataclass, strictly: whatever is missing, unknown or misshapen is reported
at once.

The dataclass is the format: its field names are the keys, its types the shapes. Understood are str, int, float (a
whole number passes for one), Literal, tuple[X, ...] and tuple[X, Y] for arrays, dataclasses for objects, unions of
dataclasses that are told apart by a Literal field `kind`, and Annotated with a `Range`. A dataclass whose values must
go together raises ConfigError in its `__post_init__`.
"""

import json
import math
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Config = TypeVar("Config")


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names the file and every fault in it."""


@dataclass(frozen=True)
class Range:
    """Bounds of a number, both included."""

    low: float = -math.inf
    high: float = math.inf

    def __str__(self) -> str:
        if self.high == math.inf:
            return f"at least {self.low:g}"
        return f"between {self.low:g} and {self.high:g}"


Count = Annotated[int, Range(1)]  # of something there must be at least one of
Index = Annotated[int, Range(0)]
Share = Annotated[float, Range(0, 1)]
Positive = Annotated[float, Range(1e-12)]
NotNegative = Annotated[float, Range(0)]


def read_config(path: Path, kind: type[Config]) -> Config:
    """The configuration of dataclass `kind` in the file at `path`; ConfigError if it is not exactly that."""
    faults: list[str] = []
    try:
        content = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path} is not JSON: {error}") from error
    config = _read(kind, content, "", faults)
    if faults:
        raise ConfigError("\n  ".join([f"{path} does not fit {kind.__name__}:", *faults]))
    return config


def _read(kind: Any, value: Any, where: str, faults: list[str]) -> Any:
    """`value` as `kind`.

    Faults found are appended, each with the place of its key, and the result is then of no use.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    before = len(faults)
    if origin is Annotated:
        number = _read(arguments[0], value, where, faults)
        allowed: Range = arguments[1]
        if len(faults) == before and not allowed.low <= number <= allowed.high:
            faults.append(f"{where} must be {allowed}, is {value}")
        return number
    if is_dataclass(kind):
        return _read_object(kind, value, where, faults)
    if origin is UnionType:
        return _read_one_of(arguments, value, where, faults)
    if origin is tuple:
        return _read_array(arguments, value, where, faults)
    if origin is Literal:
        if value not in arguments:
            faults.append(f"{where} must be one of {', '.join(map(repr, arguments))}, is {value!r}")
        return value
    # bool is an int in Python, and NaN a float: neither is meant.
    names = {str: "a text", int: "a whole number", float: "a number"}
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits or (type(value) is float and not math.isfinite(value)):
        faults.append(f"{where} must be {names[kind]}, is {json.dumps(value)}")
    return value


def _read_object(kind: type, value: Any, where: str, faults: list[str]) -> Any:
    if not isinstance(value, dict):
        faults.append(f"{where or 'the whole'} must be an object, is {json.dumps(value)}")
        return None
    inside = lambda name: f"{where}.{name}" if where else name
    types = get_type_hints(kind, include_extras=True)
    names = [field.name for field in fields(kind)]
    missing, unknown = [n for n in names if n not in value], [n for n in value if n not in names]
    before = len(faults)
    faults += [f"{inside(name)} is missing" for name in missing] + [f"{inside(name)} is unknown" for name in unknown]
    read = {name: _read(types[name], value[name], inside(name), faults) for name in names if name in value}
    if len(faults) > before:
        return None
    try:
        return kind(**read)
    except ConfigError as error:  # values that do not go together
        faults.append(inside(str(error)))
        return None


def _read_one_of(kinds: tuple[type, ...], value: Any, where: str, faults: list[str]) -> Any:
    tags = {get_args(get_type_hints(kind)["kind"])[0]: kind for kind in kinds}
    tag = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(tag, str) or tag not in tags:
        faults.append(f"{where}.kind must be one of {', '.join(map(repr, tags))}, is {json.dumps(tag)}")
        return None
    return _read_object(tags[tag], value, where, faults)


def _read_array(kinds: tuple, value: Any, where: str, faults: list[str]) -> Any:
    if not isinstance(value, list):
        faults.append(f"{where} must be an array, is {json.dumps(value)}")
        return None
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    if len(kinds) != len(value):
        faults.append(f"{where} must have {len(kinds)} values, has {len(value)}")
        return None
    return tuple(_read(kind, item, f"{where}[{i}]", faults) for i, (kind, item) in enumerate(zip(kinds, value)))
