import { defineKind, type Kind } from "../kinds/kind.ts";
import { t as basic, socketOf } from "../kinds/socket.ts";
import type { Value } from "../values/value.ts";

/** A picture of a test. */
export type TestImage = { readonly width: number; readonly height: number; readonly data: Float32Array };

const withFields = <V extends Value>(
  kind: string,
  card: "square" | "strip",
  right: (fields: { [field: string]: unknown }) => boolean,
): Kind<V> =>
  defineKind<V>({
    kind,
    card,
    check: (value) => (right(Object(value) as { [field: string]: unknown }) ? undefined : `is no ${kind}`),
  });

const image = withFields<TestImage>("image", "square", ({ width, height, data }) => {
  return data instanceof Float32Array && data.length === 3 * (width as number) * (height as number);
});
const embedding = (kind: string) =>
  withFields<{ readonly embedding: Float32Array }>(kind, "strip", ({ embedding }) => embedding instanceof Float32Array);
const imageEmbedding = embedding("image-embedding");
const textEmbedding = embedding("text-embedding");

/** The sockets of the engine's kinds and of three that tests bring: a kind with a fact, and two that share one. */
export const t = {
  ...basic,
  image: (summary: string, side?: string) =>
    socketOf(image, summary, side === undefined ? undefined : { side: { pack: side } }),
  imageEmbedding: (summary: string) => socketOf(imageEmbedding, summary, { space: { pack: "space" }, scale: "raw" }),
  textEmbedding: (summary: string) => socketOf(textEmbedding, summary, { space: { pack: "space" } }),
} as const;
