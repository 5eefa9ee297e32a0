import type { Value } from "@clipwork/engine";
import type { ImageValue } from "@clipwork/nodes";
import { toRgb8 } from "@clipwork/nodes";
import sharp from "sharp";
import type { ArtifactFiles } from "../../artifacts/artifact-files.ts";
import type { View } from "../../wire/wire.ts";

/** Longest side in pixels of what is shown while a run goes on. */
export const viewSide = 512;
const maxBars = 128;
const maxText = 4000;

/** A view, and the bytes of its picture where it is one. */
export type Rendered = { readonly view: View; readonly bytes?: Buffer };

/**
 * What a value looks like, the same for a preview and for a value at the end. `caption` is the embedding of the caption that an
 * embedding belongs to, in the same CLIP space.
 */
export async function renderView(value: Value, artifacts: ArtifactFiles, caption?: Float32Array): Promise<Rendered> {
  if (isImage(value)) return renderPicture(value, artifacts);
  if (typeof value === "string") return { view: { kind: "text", text: shorten(value) } };
  const { embedding, kept, cut } = (value ?? {}) as { [field: string]: Value | undefined };
  if (Array.isArray(kept) && typeof cut === "string") {
    const tokens = kept.map(String);
    return { view: { kind: "text", text: tokens.join(" "), tokens, cut: cut.length } };
  }
  if (embedding instanceof Float32Array) return { view: describeEmbedding(embedding, caption) };
  return { view: { kind: "data", text: shorten(JSON.stringify(value, plainArrays) ?? "") } };
}

/** True for a picture on a link. */
function isImage(value: Value | undefined): value is ImageValue {
  return typeof value === "object" && value !== null && "width" in value && "height" in value && "data" in value;
}

/** A WebP of a picture, no larger than `side` and never enlarged. */
export async function encodeWebp(image: ImageValue, side: number): Promise<Buffer> {
  const { width, height, data } = toRgb8(image);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 85, effort: 1 })
    .toBuffer();
}

async function renderPicture(image: ImageValue, artifacts: ArtifactFiles): Promise<Rendered> {
  const bytes = await encodeWebp(image, viewSide);
  const { width, height } = image;
  return { view: { kind: "picture", picture: await artifacts.put(bytes), width, height }, bytes };
}

function describeEmbedding(embedding: Float32Array, caption: Float32Array | undefined): View {
  const norm = Math.hypot(...embedding);
  const view = { kind: "embedding", size: embedding.length, bars: pool(embedding), norm: short(norm) } as const;
  if (caption?.length !== embedding.length) return view;
  const dot = embedding.reduce((sum, value, i) => sum + value * caption[i]!, 0);
  const cosine = dot / (norm * Math.hypot(...caption));
  return Number.isFinite(cosine) ? { ...view, cosine: short(cosine) } : view;
}

/** The numbers, or the means of runs of them where there are more than 128. */
function pool(values: Float32Array): number[] {
  const count = Math.min(maxBars, values.length);
  return Array.from({ length: count }, (_, bar) => {
    const part = values.subarray(
      Math.floor((bar * values.length) / count),
      Math.floor(((bar + 1) * values.length) / count),
    );
    return short(part.reduce((sum, value) => sum + value, 0) / part.length);
  });
}

/** Four digits are enough for a bar. What is no number of JSON's becomes 0. */
function short(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : 0;
}

function shorten(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText - 1)}…`;
}

/** Tensors in data that is shown as JSON. */
function plainArrays(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? `${value.constructor.name} of ${value.byteLength} bytes` : value;
}
