"""What a scene is: attributes that a caption can name, and nuisance that it cannot."""

from dataclasses import dataclass

SOLIDS = ("cube", "sphere", "cylinder", "cone", "pyramid", "torus")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "black", "white")
SIZES = ("small", "large")
MATERIALS = ("matte", "metal")
FLOORS = ("sand", "grass", "wood", "tiles", "snow", "concrete")
TIMES = ("day", "sunset", "night")
STYLES = ("photo", "drawing", "pixel art")
# Of the first solid to the second; "right of" and "behind" are "left" and "front" told from the other side. Three to
# five solids stand in a row, told from left to right.
RELATIONS = ("none", "on", "left", "front", "row")
LETTERINGS = ("none", "board", "solid")
PAINTED = (
    "none", "hi", "no", "yes", "toy", "cat", "dog", "sun", "art", "zen", "red", "blue", "open", "stop", "love", "cube",
    "ball", "cone", "ring", "green", "white",
)  # fmt: skip
MAX_SOLIDS = 5

OF_SCENE = {
    "count": tuple(range(MAX_SOLIDS + 1)),
    "floor": FLOORS,
    "time": TIMES,
    "style": STYLES,
    "relation": RELATIONS,
    "lettering": LETTERINGS,
    "word": PAINTED,
}
OF_SOLID = {"solid": SOLIDS, "colour": COLOURS, "size": SIZES, "material": MATERIALS}
# The columns of an attribute array [N, 27], and the values that each may take. A solid that is not there is -1.
COLUMNS = OF_SCENE | {
    f"{name} {slot}": values for slot in range(1, MAX_SOLIDS + 1) for name, values in OF_SOLID.items()
}
PLACE = {name: k for k, name in enumerate(COLUMNS)}
ABSENT = -1


@dataclass(frozen=True)
class Solid:
    """One solid. Its lowest point stands at (x, y, z) in world units (the frame is about 3.6 wide); yaw in radians.

    scale: world units of one unit of its signed distance field. word: painted on its front, "none" for nothing.
    """

    kind: str
    colour: str
    size: str
    material: str
    x: float = 0.0
    z: float = 0.0
    yaw: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    word: str = "none"


@dataclass(frozen=True)
class Board:
    """A board on a post with a word on it."""

    word: str
    x: float = 0.0
    z: float = 0.0
    yaw: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class Scene:
    """Solids on a floor. `sun_azimuth` in radians, 0 behind the camera, positive to the right."""

    solids: tuple[Solid, ...]
    floor: str
    time: str
    sun_azimuth: float = 0.8
    texture: tuple[float, float] = (0.0, 0.0)
    moon: tuple[float, float] = (0.1, 0.04)
    style: str = "photo"
    relation: str = "none"
    board: Board | None = None

    def attribute_row(self) -> list[int]:
        """Indices into the values of COLUMNS, in their order."""
        painted = [solid.word for solid in self.solids if solid.word != "none"]
        lettering, word = (
            ("board", self.board.word) if self.board else ("solid", painted[0]) if painted else ("none", "none")
        )
        names = [len(self.solids), self.floor, self.time, self.style, self.relation, lettering, word]
        row = [values.index(name) for values, name in zip(OF_SCENE.values(), names, strict=True)]
        for solid in self.solids:
            row += [
                values.index(name)
                for values, name in zip(
                    OF_SOLID.values(), (solid.kind, solid.colour, solid.size, solid.material), strict=True
                )
            ]
        return row + [ABSENT] * (len(COLUMNS) - len(row))
