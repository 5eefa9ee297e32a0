import { utf8 } from "@clipwork/engine";
/** NumPy has no media type of its own. */
export const npyMedia = "application/octet-stream";

/**
 * An array as NumPy's format 1.0, which `numpy.load` reads: magic, version, length of the header, header padded to
 * 64 bytes, then the numbers in row-major order, float32, little-endian
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). `data` has as many numbers as the product of the shape,
 * which has two sides or more.
 */
export function writeNpy(data: Float32Array, ...shape: readonly number[]): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + 4 * data.length);
  bytes.set([0x93, ...utf8("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(utf8(padded), 10);
  const view = new DataView(bytes.buffer, 10 + padded.length);
  data.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return bytes;
}
