import { type Codebook, codebookOf } from "../codes/codebook.ts";
import type { NodeServices } from "./services.ts";

/** The arrays of a pack that a codebook is made of: nodes that read it name them. */
export const codebookArrays = ["image-basis", "image-codes"] as const;

/** The codebook of a pack. Throws NodeError if its arrays do not fit together. */
export async function readCodebook(pack: string, { arrays }: Pick<NodeServices, "arrays">): Promise<Codebook> {
  const [basis, codes] = await Promise.all(codebookArrays.map((name) => arrays(pack, name)));
  return codebookOf(pack, basis!, codes!);
}
