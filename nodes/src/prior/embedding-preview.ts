import { NodeError } from "@clipwork/engine";
import { layOut } from "../image/grid.ts";
import { image as imageKind } from "../kinds/image.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { fromRgb8 } from "../kinds/pixels.ts";
import type { Host } from "../stage/stage.ts";
import { cosine } from "../vectors/vectors.ts";

/** The name of the arrays in a pack: sample pictures [N, S, S], one 0xRRGGBB a pixel, and their embeddings [N, D]. */
const samplesName = "image-samples";

/** How many of them are shown. */
const shown = 4;

/**
 * How a prior shows an image embedding [D] on its way to the output `embedding`: as the sample pictures of the pack whose embeddings have the
 * highest cosine with it, the highest first, or as it is if the pack has no samples. They are only looked at, so no node counts them in its
 * fingerprint. Throws NodeError for samples that are not whole or of another space.
 */
export async function embeddingPreview(
  pack: string,
  length: number,
  { arrays, pack: packNamed, preview }: Pick<Host, "arrays" | "pack" | "preview">,
): Promise<(value: ImageEmbeddingValue) => void> {
  if (!Object.hasOwn(packNamed(pack).manifest.arrays, samplesName)) return (value) => preview("embedding", value);
  const { pictures, embeddings } = await arrays(pack, samplesName);
  const [count = 0, side = 0] = pictures?.shape ?? [];
  const square = count > 0 && side > 0 && pictures?.shape.join() === [count, side, side].join();
  if (!square || embeddings?.shape.join() !== [count, length].join() || !embeddings.data.every(Number.isFinite))
    throw new NodeError(
      `The arrays "${samplesName}" of the pack "${pack}" are not square pictures with an embedding of ${length} numbers each.`,
      "Export the pack's samples again, or remove them from its manifest.",
    );
  const rowsOf = (data: ArrayLike<number>, size: number) =>
    Array.from({ length: count }, (_, i) => Float64Array.from({ length: size }, (_, k) => data[i * size + k]!));
  const known = rowsOf(embeddings.data, length);
  const seen = rowsOf(pictures!.data, side * side).map((colours) => pictureOf(colours, side));
  return ({ embedding }) => {
    const fits = known.map((sample, i) => ({ picture: seen[i]!, fit: cosine(sample, embedding) }));
    const nearest = fits.sort((a, b) => b.fit - a.fit).slice(0, shown);
    preview(
      "embedding",
      layOut(
        nearest.map(({ picture }) => picture),
        2,
        2,
        1,
      ),
      imageKind,
    );
  };
}

function pictureOf(colours: ArrayLike<number>, side: number): ImageValue {
  const byte = (i: number) => (colours[Math.floor(i / 3)]! >> (16 - 8 * (i % 3))) & 255;
  return fromRgb8({ width: side, height: side, data: Uint8Array.from({ length: 3 * side * side }, (_, i) => byte(i)) });
}
