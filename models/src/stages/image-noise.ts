import { type Reader, readFields, readInteger, readObject, readVector } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import { type PackNames, references } from "./define-stage.ts";
import { type Betas, checkTable, readBetas } from "./scheduler.ts";

/**
 * The noise of image embeddings (Stable unCLIP): the forward process to the noise level, on an embedding that is standardised by these
 * numbers, one of each for each of the embedding's.
 */
export type ImageNoise = {
  readonly trainTimesteps: number;
  readonly betas: Betas;
  readonly mean: readonly number[];
  readonly std: readonly number[];
};

/** The reader of a section's noise of image embeddings, of the dimension of the section's space. */
export function imageNoise(section: unknown, field: string, pack: PackNames): Reader<ImageNoise> {
  return (value, at) => {
    const { space } = readObject(section, field);
    const { dimension } = named(pack.spaces, references(pack).space(space, `${field}.space`));
    const read = readFields(value, at, {
      trainTimesteps: (steps, at) => readInteger(steps, at, 1, 100_000),
      betas: readBetas,
      mean: (list, at) => readVector(list, at, dimension, -1e6, 1e6),
      std: (list, at) => readVector(list, at, dimension, 1e-9, 1e6),
    });
    checkTable(read, at);
    return read;
  };
}
