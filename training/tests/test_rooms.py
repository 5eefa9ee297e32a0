"""The rooms of this folder stand one above the other: nothing imports upwards, nothing goes in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from training.paths import TRAINING

FLOORS = ["paths", "read_config", "data", "train", "export", "judge"]


def sources(root: Path) -> dict[str, str]:
    """Module name, such as "training.data.png", to the text of every module on a floor."""
    files = [
        path
        for floor in FLOORS
        for path in [root / f"{floor}.py", *sorted((root / floor).rglob("*.py"))]
        if path.exists()
    ]
    return {".".join(["training", *path.relative_to(root).with_suffix("").parts]): path.read_text() for path in files}


def imports(module: str, text: str, modules: dict[str, str]) -> set[str]:
    """The modules of ours that `text` imports, relative imports included."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*parents, *([node.module] if node.module else [])])
            found |= {whole if (whole := f"{origin}.{alias.name}") in modules else origin for alias in node.names}
    return {name for name in found if name.split(".")[0] == "training"}


def complaints(modules: dict[str, str]) -> list[str]:
    """One line for every import that runs upwards, and one for a circle."""
    arrows = {module: imports(module, text, modules) for module, text in modules.items()}
    floor = lambda module: FLOORS.index(module.split(".")[1])
    found = [
        f"{module} must not import {other}"
        for module, others in arrows.items()
        for other in sorted(others)
        if floor(other) > floor(module)
    ]
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        found.append("circle: " + " -> ".join(error.args[1]))
    return found


def test_no_room_imports_from_one_above_it_and_nothing_goes_in_a_circle():
    modules = sources(TRAINING)
    assert {name.split(".")[1] for name in modules} == set(FLOORS) and len(modules) > 30
    assert complaints(modules) == []


def test_every_module_of_this_folder_is_on_a_floor():
    elsewhere = [path for path in TRAINING.glob("*") if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert {path.stem for path in elsewhere} == {*FLOORS, "__init__", "train_all"}


@pytest.mark.parametrize(
    "module, line, expected",
    [
        (
            "training.data.png",
            "from training.train.loop import Run",
            "training.data.png must not import training.train.loop",
        ),
        (
            "training.data.png",
            "import training.judge.frechet",
            "training.data.png must not import training.judge.frechet",
        ),
        ("training.data.png", "from ..train import loop", "training.data.png must not import training.train.loop"),
        (
            "training.train.loop",
            "def f():\n    from training.export import pack",
            "training.train.loop must not import training.export.pack",
        ),
        (
            "training.export.pack",
            "from training.judge.pack import main",
            "training.export.pack must not import training.judge.pack",
        ),
        ("training.data.attributes", "from .arrange import SPLITS", "circle: "),
    ],
)
def test_a_planted_violation_is_found(module, line, expected):
    modules = sources(TRAINING)
    planted = modules | {module: modules[module] + "\n" + line + "\n"}
    assert any(complaint.startswith(expected) for complaint in complaints(planted))
