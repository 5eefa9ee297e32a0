import type { Network } from "./network.ts";
import { readNumbers } from "./tensor-file.ts";

/**
 * The fields of a stage's section whose numbers are tensors of the checkpoint, such as `normalisation` with the statistics of CLIP's
 * embeddings, or `nullImageEmbedding`. Throws PackError if one of the numbers is not finite.
 */
export async function fieldsBeside({ template, match }: Network): Promise<{ readonly [field: string]: unknown }> {
  const section: { [field: string]: unknown } = {};
  for (const [name, { goes }] of Object.entries(template.beside)) {
    const numbers = (await readNumbers(name, match.beside.get(name)!)).map(shortest);
    const [field = goes, inner] = goes.split(".");
    section[field] = inner === undefined ? numbers : { ...(section[field] as object), [inner]: numbers };
  }
  return section;
}

/** A float32 number in the fewest digits that read back equal. */
export function shortest(number: number): number {
  const short = Number(number.toPrecision(9));
  return Math.fround(short) === Math.fround(number) ? short : number;
}
