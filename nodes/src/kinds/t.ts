import { t as basic, socketOf } from "@clipwork/engine";
import { guidance } from "./guidance.ts";
import { image } from "./image.ts";
import { imageEmbedding } from "./image-embedding.ts";
import { textEmbedding } from "./text-embedding.ts";

/** The sockets that nodes are declared with: the engine's, and those of Clipwork's own kinds. */
export const t = {
  ...basic,
  /** An image; `side` is a fact of the pack such as "decoder.size", where the size is known to be square. */
  image: (summary: string, side?: string) =>
    socketOf(image, summary, side === undefined ? undefined : { side: { pack: side } }),
  /** The fact "space" of the pack says which CLIP made it. */
  textEmbedding: (summary: string) => socketOf(textEmbedding, summary, { space: { pack: "space" } }),
  imageEmbedding: (summary: string) => socketOf(imageEmbedding, summary, { space: { pack: "space" }, scale: "raw" }),
  guidance: (summary: string) => socketOf(guidance, summary),
} as const;
