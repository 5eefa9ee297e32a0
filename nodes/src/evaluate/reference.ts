import { NodeError } from "@clipwork/engine";
import type { Host } from "../stage/stage.ts";
import type { Moments } from "../statistics/moments.ts";

/** The name of the arrays in a pack: mean [D] and covariance [D, D] of real pictures' embeddings, and some of these [N, D]. */
export const statisticsName = "clip-statistics";

/** What a pack knows of real pictures in its CLIP space. Throws NodeError if it does not, or knows embeddings of another length. */
export async function readReference(
  pack: string,
  length: number,
  { arrays, pack: packNamed }: Pick<Host, "arrays" | "pack">,
): Promise<{ readonly moments: Moments; readonly embeddings: readonly Float64Array[] }> {
  if (!Object.hasOwn(packNamed(pack).manifest.arrays, statisticsName))
    throw new NodeError(
      `The pack "${pack}" has no statistics of real pictures ("${statisticsName}").`,
      'Link embeddings of real pictures to "real", or choose a pack that has the statistics.',
    );
  const { mean, covariance, embeddings } = await arrays(pack, statisticsName);
  const size = mean?.data.length ?? 0;
  if (covariance?.data.length !== size * size || (embeddings?.shape[1] ?? size) !== size)
    throw new NodeError(
      `The arrays "${statisticsName}" of the pack "${pack}" are not of one size.`,
      "Export the pack again.",
    );
  if (size !== length)
    throw new NodeError(
      `The embeddings have ${length} numbers, but the statistics of the pack "${pack}" are of ${size}.`,
      "Give embeddings of the pack's own CLIP space.",
    );
  const rows = Array.from({ length: embeddings?.shape[0] ?? 0 }, (_, i) =>
    Float64Array.from(embeddings!.data.subarray(i * size, (i + 1) * size)),
  );
  const moments = { mean: Float64Array.from(mean!.data), covariance: Float64Array.from(covariance.data) };
  return { moments, embeddings: rows };
}
