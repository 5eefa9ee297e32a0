import type { Kind, Value } from "@clipwork/engine";
import { type Denoiser, named } from "@clipwork/models";
import { image } from "../kinds/image.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { type LatentValue, latent } from "../kinds/latent.ts";
import type { MaskValue } from "../kinds/mask.ts";
import { clampImage } from "../kinds/pixels.ts";
import { decodeLatent, encodeLatent, requireHalf } from "../stage/autoencoder.ts";
import { type AskedSize, factorOf, type SampleShape, shapeOf } from "../stage/sample-shape.ts";
import type { Host, Played } from "../stage/stage.ts";

/** What a decoder paints on: pixels, or the latents of an autoencoder. */
export type Canvas = {
  readonly shape: SampleShape;
  /** Numbers of a sample. */
  readonly length: number;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** A finished sample as what comes out: the picture and, of latents, the latent. */
  readonly finish: (x0: Float32Array) => Promise<{ readonly image: ImageValue; readonly latent?: LatentValue }>;
  /** A picture of that size as a sample. */
  readonly sampleOf: (picture: ImageValue) => Promise<Float32Array>;
  /** Which numbers of a plane a mask paints anew: those of which it covers any part. */
  readonly painted: (mask: MaskValue) => Uint8Array;
  /** A predicted sample as a preview can show it at once. */
  readonly sketch: (x0: Float32Array) => readonly [value: Value, kind: Kind];
};

/**
 * The canvas of a pack's decoder for a picture of the size asked for. Throws NodeError if the decoder does not paint that size or its
 * latents have no decoder. `what` begins the sentence about the size: "The picture".
 */
export function canvasOf(
  { stage }: Played<Denoiser>,
  { asked, what }: { readonly asked: AskedSize; readonly what?: string | undefined },
  pack: string,
  host: Host,
): Canvas {
  const { manifest } = host.pack(pack);
  const factor = factorOf(stage, manifest);
  const shape = shapeOf(stage, factor, asked, what);
  const { channels, height, width } = shape;
  const size = { width: width * factor, height: height * factor };
  const common = { shape, length: channels * height * width, ...size };
  if (stage.latent === undefined)
    return {
      ...common,
      finish: async (x0) => ({ image: clampImage(width, height, x0) }),
      sampleOf: async ({ data }) => data,
      painted: ({ data }) => Uint8Array.from(data, (share) => (share > 0 ? 1 : 0)),
      sketch: (data) => [{ width, height, data }, image as Kind],
    };
  const { scale } = named(manifest.latents, stage.latent);
  const decoder = requireHalf({ manifest }, "latent-decoder", stage.latent);
  const unscaled = (x0: Float32Array) => ({ ...shape, data: x0.map((value) => value / scale) });
  return {
    ...common,
    async finish(x0) {
      const made = unscaled(x0);
      return { image: await decodeLatent(decoder, made, pack, host), latent: made };
    },
    async sampleOf(picture) {
      const encoder = requireHalf({ manifest }, "latent-encoder", stage.latent!);
      const { data } = await encodeLatent(encoder, picture, pack, host);
      return data.map((value) => value * scale);
    },
    painted: (mask) => coveredCells(mask, shape, factor),
    sketch: (x0) => [unscaled(x0), latent as Kind],
  };
}

function coveredCells(mask: MaskValue, { height, width }: SampleShape, factor: number): Uint8Array {
  const cells = new Uint8Array(height * width);
  for (const [i, share] of mask.data.entries()) {
    if (share === 0) continue;
    const [x, y] = [i % mask.width, Math.floor(i / mask.width)];
    cells[Math.floor(y / factor) * width + Math.floor(x / factor)] = 1;
  }
  return cells;
}
