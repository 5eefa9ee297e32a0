import { type AnyNodeDefinition, addedLater, NodeError, p } from "@clipwork/engine";
import { type Denoiser, type Manifest, named, partsOf } from "@clipwork/models";

/** How many numbers a sample has, and how they lie: planar, row-major. */
export type SampleShape = { readonly channels: number; readonly height: number; readonly width: number };

/** The size of a picture in pixels; null takes the pack's usual one. */
export type AskedSize = { readonly width: number | null; readonly height: number | null };

const side = (which: string) =>
  addedLater(
    p.integer(
      `${which} of the picture in pixels, for packs that paint several sizes; empty takes the pack's usual one.`,
      {
        default: null,
        min: 8,
        max: 8192,
      },
    ),
  );

/** Parameters of nodes that start a picture. */
export const sizeParams = { width: side("Width"), height: side("Height") } as const;

/** What is wrong with the size that a node's parameters ask of its pack's decoder; undefined if nothing is, or if the node asks for none. */
export function sizeTrouble(
  { params: declared }: Pick<AnyNodeDefinition, "params">,
  { width, height }: { readonly [param: string]: unknown },
  manifest: Manifest,
): Pick<NodeError, "message" | "remedy"> | undefined {
  const found = partsOf(manifest).get("decoder")?.stage;
  if (declared.width !== sizeParams.width || found === undefined) return undefined;
  const decoder = manifest.stages[found] as Denoiser;
  try {
    shapeOf(decoder, factorOf(decoder, manifest), { width, height } as AskedSize);
    return undefined;
  } catch (error) {
    if (error instanceof NodeError) return error;
    throw error;
  }
}

/** Pixels along a side of the picture for one number of the denoiser's sample: 1 if it paints pixels. */
export function factorOf({ latent }: Denoiser, { latents }: Pick<Manifest, "latents">): number {
  return latent === undefined ? 1 : named(latents, latent).factor;
}

/**
 * The sample of a picture of that size. Throws NodeError if the denoiser paints none of it; `what` begins the sentence about a picture that
 * is given, "The picture". Without it the size is what parameters ask for.
 */
export function shapeOf(
  { sample }: Pick<Denoiser, "sample">,
  factor: number,
  asked: AskedSize,
  what?: string,
): SampleShape {
  const { channels, size, multiple } = sample;
  const [least, most] = typeof size === "number" ? [size, size] : size;
  const usual = sample.usual ?? least;
  const [width, height] = [asked.width ?? usual * factor, asked.height ?? usual * factor];
  const paints = (pixels: number) => {
    const numbers = pixels / factor;
    return numbers >= least && numbers <= most && numbers % multiple === 0;
  };
  if (paints(width) && paints(height)) return { channels, height: height / factor, width: width / factor };
  const sides = (numbers: number) => numbers * factor;
  const does =
    least === most
      ? `${sides(least)} × ${sides(least)}`
      : `sides from ${sides(least)} to ${sides(most)} pixels that are multiples of ${sides(multiple)}`;
  throw new NodeError(
    `${what ?? "The picture asked for"} is ${width} × ${height}, but this decoder paints ${does}.`,
    what === undefined ? emptied : remedyOf(least, most, factor),
  );
}

const emptied = 'Set "width" and "height" to such sizes, or leave them empty.';

const remedyOf = (least: number, most: number, factor: number) =>
  least === most
    ? `Give it a picture of that size; "Load image" crops to a square when its "size" is ${least * factor}.`
    : 'Choose such a size; "Load image" crops to a square of the side that its "size" says.';
