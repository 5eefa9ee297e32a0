import { optional, readFields, readInteger, refuse } from "../fields/fields.ts";

/** What a denoiser makes: `channels` planes of numbers, square if `size` is one number. */
export type Sample = {
  readonly channels: number;
  /** Both sides are multiples of this, in numbers of the sample. */
  readonly multiple: number;
  /** The side, or the least and the greatest that a side may have. */
  readonly size: number | readonly [least: number, most: number];
  /** Of several sides, that of a picture for which nobody asks for another; the least if it is left out. */
  readonly usual?: number;
};

export function readSample(value: unknown, field: string): Sample {
  const read = readFields(value, field, {
    channels: (channels, at) => readInteger(channels, at, 1, 1024),
    multiple: optional((multiple, at) => readInteger(multiple, at, 1, 1024)),
    size: readSize,
    usual: optional((usual, at) => readInteger(usual, at, 1, 8192)),
  });
  const { multiple = 1, size, usual } = read;
  for (const side of [size].flat())
    if (side % multiple !== 0) refuse(`${field}.size`, size, `a multiple of ${multiple}, as "multiple" says`);
  if (usual !== undefined && (typeof size === "number" || usual < size[0] || usual > size[1] || usual % multiple !== 0))
    refuse(`${field}.usual`, usual, `one of the sides that "size" and "multiple" allow, of which there are several`);
  return { ...read, multiple };
}

function readSize(value: unknown, field: string): Sample["size"] {
  if (!Array.isArray(value)) return readInteger(value, field, 1, 8192);
  if (value.length !== 2) refuse(field, value, "a whole number or a list of two, the least and the greatest");
  const least = readInteger(value[0], `${field}[0]`, 1, 8192);
  return [least, readInteger(value[1], `${field}[1]`, least, 8192)];
}
