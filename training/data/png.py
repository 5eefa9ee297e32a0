"""Contact sheets as PNG files, with nothing but zlib."""

import struct
import zlib
from pathlib import Path

import numpy as np
import torch


def write_png(path: Path, pixels: np.ndarray) -> None:
    """Writes uint8 RGB `pixels` [H, W, 3]."""
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, width * 3)], 1)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
        + chunk(b"IEND", b"")
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def contact_sheet(rows: list[torch.Tensor], scale: int = 1, gap: int = 2) -> np.ndarray:
    """Rows of images [N, 3, H, W] in [-1, 1] as one picture, uint8 [H', W', 3].

    Smaller images are enlarged by repetition.
    """
    lines = []
    for row in rows:
        images = ((row.float().clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
        images = images.repeat(scale, 1).repeat(scale, 2)
        lines.append(np.concatenate([np.pad(i, ((0, gap), (0, gap), (0, 0))) for i in images], 1))
    width = max(line.shape[1] for line in lines)
    return np.concatenate([np.pad(line, ((0, 0), (0, width - line.shape[1]), (0, 0))) for line in lines], 0)
