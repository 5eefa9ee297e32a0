"""Writes test/parity/goldens/npy.json: arrays as numpy saves them, such as people may give for embeddings.

`python -m training.export.npy_goldens`, for the tests of `nodes/src/kinds/read-npy.ts`; needs numpy alone.
"""

import base64
import io
import json

import numpy as np

from training.paths import GOLDENS


def saved(array: np.ndarray, version: tuple[int, int] = (1, 0)) -> str:
    """The file as base64."""
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return base64.b64encode(file.getvalue()).decode()


def main() -> None:
    rows = np.array([[1, -2.5, 3e-8], [0.1, 7, -0.0]], "<f4")
    unknown = rows.copy()
    unknown[1, 2] = np.nan
    endless = rows.copy()
    endless[0, 1] = -np.inf
    good = {"1.0": saved(rows), "2.0": saved(rows, (2, 0)), "3.0": saved(rows, (3, 0))}
    others = {
        "float64": rows.astype("<f8"),
        "float16": rows.astype("<f2"),
        "int64": rows.astype("<i8"),
        "big-endian": rows.astype(">f4"),
        "objects": np.array([[None, 1]]),
        "records": np.zeros(2, [("a", "<f4")]),
        "columns first": np.asfortranarray(rows),
        "one row": rows[0],
        "no sides": np.float32(3),
        "three sides": rows[None],
        "no rows": rows[:0],
        "not a number": unknown,
        "infinite": endless,
    }
    golden = {"rows": rows.tolist(), "good": good, "others": {name: saved(np.asarray(a)) for name, a in others.items()}}
    (GOLDENS / "npy.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
