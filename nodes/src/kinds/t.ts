import { t as basic, socketOf } from "@clipwork/engine";
import { basis } from "./basis.ts";
import { codes } from "./codes.ts";
import { file } from "./file.ts";
import { guidance } from "./guidance.ts";
import { image } from "./image.ts";
import { imageEmbedding } from "./image-embedding.ts";
import { json } from "./json.ts";
import { latent } from "./latent.ts";
import { map } from "./map.ts";
import { mask } from "./mask.ts";
import { noise } from "./noise.ts";
import { plot } from "./plot.ts";
import { type Size, sameSize, square } from "./size.ts";
import { table } from "./table.ts";
import { textEmbedding } from "./text-embedding.ts";

/** A size, or the side of a square as a fact of the pack. */
const sizeOf = (size: string | Size | undefined) => (typeof size === "string" ? square(size) : size);

/** The sockets that nodes are declared with: the engine's, and those of Clipwork's own kinds. */
export const t = {
  ...basic,
  /** An image; `size` is what is known of its size: a fact of the pack such as "decoder.size" if it is known to be square. */
  image: (summary: string, size?: string | Size) => socketOf(image, summary, sizeOf(size)),
  /**
   * A caption's embedding. With a part of the pack, such as "prior": of the text that this part reads, and in the space of that
   * text's encoder; without, in the pack's own space, whichever encoder made it.
   */
  textEmbedding: (summary: string, part?: string) =>
    socketOf(
      textEmbedding,
      summary,
      part === undefined
        ? { space: { pack: "space" } }
        : { space: { pack: `${part}.textSpace` }, encoder: { pack: `${part}.text` } },
    ),
  /** An image embedding in the space of a part of the pack, such as "decoder"; without one, in the pack's own space. */
  imageEmbedding: (summary: string, part?: string) =>
    socketOf(imageEmbedding, summary, {
      space: { pack: part === undefined ? "space" : `${part}.space` },
      scale: "raw",
    }),
  /** The x_T of a sampler; `size` as for an image. */
  noise: (summary: string, size?: string | Size) => socketOf(noise, summary, sizeOf(size)),
  /** A latent of the autoencoder of a part of the pack, such as "latent-decoder", which says how many channels it has. */
  latent: (summary: string, part: string, size?: Size) =>
    socketOf(latent, summary, { autoencoder: { pack: `${part}.latent` }, ...size }),
  /** The x_T of a sampler, of the size that all noise of the node shares. */
  sharedNoise: (summary: string) => socketOf(noise, summary, sameSize),
  /** An image embedding in the space that all embeddings of the node share, whichever it is. */
  sharedImageEmbedding: (summary: string) =>
    socketOf(imageEmbedding, summary, { space: { same: "space" }, scale: "raw" }),
  /** A caption's embedding in the space that all embeddings of the node share. */
  sharedTextEmbedding: (summary: string) => socketOf(textEmbedding, summary, { space: { same: "space" } }),
  /** Which part of a picture to paint anew; `size` as for an image. */
  mask: (summary: string, size?: string | Size) => socketOf(mask, summary, sizeOf(size)),
  /** Principal components of the space that all embeddings of the node share. */
  sharedBasis: (summary: string) => socketOf(basis, summary, { space: { same: "space" } }),
  /** Principal components of the space of a part of the pack, such as "decoder"; without one, of the pack's own space. */
  basis: (summary: string, part?: string) =>
    socketOf(basis, summary, { space: { pack: part === undefined ? "space" : `${part}.space` } }),
  /** The codes of an image embedding, of the pack's autoregressive prior. */
  codes: (summary: string) =>
    socketOf(codes, summary, {
      space: { pack: "autoregressive-prior.space" },
      length: { pack: "autoregressive-prior.codes" },
    }),
  /** Codes of the space and the length that all codes of the node share. */
  sharedCodes: (summary: string) => socketOf(codes, summary, { space: { same: "space" }, length: { same: "length" } }),
  guidance: (summary: string) => socketOf(guidance, summary),
  table: (summary: string) => socketOf(table, summary),
  plot: (summary: string) => socketOf(plot, summary),
  json: (summary: string) => socketOf(json, summary),
  /** A map of embeddings in the space that all embeddings of the node share. */
  map: (summary: string) => socketOf(map, summary, { space: { same: "space" } }),
  file: (summary: string) => socketOf(file, summary),
} as const;
