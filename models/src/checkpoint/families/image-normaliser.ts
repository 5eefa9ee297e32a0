import { PackError } from "../../fields/pack-error.ts";
import { shortest } from "../beside.ts";
import { readNumbers } from "../tensor-file.ts";
import { findWeights } from "../weights.ts";

/**
 * Mean and deviation of CLIP's embeddings in a folder of diffusers' StableUnCLIPImageNormalizer, which has these two tensors [1, D] and no
 * network. Throws PackError if one is missing or has not as many numbers as an embedding.
 */
export async function readStatistics(
  folder: string,
  dimension: number,
): Promise<{ readonly mean: readonly number[]; readonly std: readonly number[] }> {
  const { tensors } = await findWeights(folder);
  const numbers = async (name: string) => {
    const tensor = tensors.get(name);
    const shape = tensor?.shape.join(", ");
    if (!tensor || shape !== `1, ${dimension}`)
      throw new PackError(
        `The tensor "${name}" in ${folder} is ${tensor ? `[${shape}]` : "missing"}, but must be [1, ${dimension}]: as many numbers as an image embedding has.`,
        "Download the folder again, its configuration and its weights.",
      );
    return (await readNumbers(name, tensor)).map(shortest);
  };
  return { mean: await numbers("mean"), std: await numbers("std") };
}
