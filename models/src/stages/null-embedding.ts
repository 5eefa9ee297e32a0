import { type Reader, readObject, readVector } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import { type PackNames, references } from "./define-stage.ts";

/** The reader of a section's null image embedding, of the dimension of the section's space. */
export function nullEmbedding(section: unknown, field: string, pack: PackNames): Reader<readonly number[]> {
  return (value, at) => {
    const { space } = readObject(section, field);
    const { dimension } = named(pack.spaces, references(pack).space(space, `${field}.space`));
    return readVector(value, at, dimension, -1e6, 1e6);
  };
}
