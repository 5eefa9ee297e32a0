import { NodeError } from "@clipwork/engine";
import { type LatentDecoder, type LatentEncoder, named, type Pack, type Stage } from "@clipwork/models";
import type { Part } from "../diffusion/resize.ts";
import { computeInTiles, cropPlanes, type Tiles } from "../diffusion/tiles.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import type { LatentValue } from "../kinds/latent.ts";
import { clampImage } from "../kinds/pixels.ts";
import { type Host, output, type Played, row } from "./stage.ts";

type Halves = { readonly "latent-encoder": LatentEncoder; readonly "latent-decoder": LatentDecoder };

const plays = <Role extends keyof Halves>(stage: Stage, role: Role): stage is Halves[Role] => stage.role === role;

/** The half of an autoencoder that plays a role in the pack for one latent space, by the space's name. Throws NodeError if there is none. */
export function requireHalf<Role extends keyof Halves>(
  { manifest }: Pick<Pack, "manifest">,
  role: Role,
  latent: string,
): Played<Halves[Role]> {
  for (const [name, stage] of Object.entries(manifest.stages))
    if (plays(stage, role) && stage.latent === latent) return { name, stage };
  throw new NodeError(
    `The pack "${manifest.name}" has no stage "${role}" for the latents of "${latent}".`,
    "Choose a pack that has it, or import the checkpoint anew with its autoencoder.",
  );
}

/** A picture as a latent of the pack's encoder, not scaled. Throws NodeError if a side is no multiple of the encoder's factor. */
export async function encodeLatent(
  { name, stage }: Played<LatentEncoder>,
  { width, height, data }: ImageValue,
  pack: string,
  host: Host,
): Promise<LatentValue> {
  const { channels, factor } = named(host.pack(pack).manifest.latents, stage.latent);
  if (width % factor !== 0 || height % factor !== 0) {
    throw new NodeError(
      `The picture is ${width} × ${height}, but the sides of a picture are multiples of ${factor} for this autoencoder.`,
      '"Load image" crops to a square of the side that its "size" says.',
    );
  }
  const feeds = { image: row(data, 3, height, width) };
  const shape = { channels, height: height / factor, width: width / factor };
  const made = output(await host.models.run({ pack, stage: name, feeds, signal: host.signal }), "latent");
  return { ...shape, data: ofLength(made, channels * shape.height * shape.width, "latent", name) };
}

/** Pixels of the largest picture that is decoded in one piece if nobody asks for tiles, as an autoencoder's memory grows with them. */
const wholeMost = 1024 * 1024;
const tilesBeyond: Tiles = { side: 768, overlap: 192 };

/**
 * The picture of a latent, clamped to [-1, 1], decoded in blended tiles, whose sizes are in pixels; if none are asked for, in one piece up to
 * `wholeMost`. Throws NodeError if the latent has another number of channels.
 */
export async function decodeLatent(
  { name, stage }: Played<LatentDecoder>,
  latent: LatentValue,
  pack: string,
  host: Host,
  asked?: Tiles,
): Promise<ImageValue> {
  const { channels, factor } = named(host.pack(pack).manifest.latents, stage.latent);
  if (latent.channels !== channels) {
    throw new NodeError(
      `The latent has ${latent.channels} channels, but this autoencoder's have ${channels}.`,
      "Link a latent of the same autoencoder.",
    );
  }
  const [width, height] = [latent.width * factor, latent.height * factor];
  const tiles = asked ?? (width * height > wholeMost ? tilesBeyond : undefined);
  const within = tiles
    ? { side: Math.ceil(tiles.side / factor), overlap: Math.floor(tiles.overlap / factor) }
    : { side: Math.max(latent.width, latent.height), overlap: 0 };
  const decode = async (tile: Part, index: number, count: number) => {
    if (count > 1) host.doing(`tile ${index + 1} of ${count}`);
    const feeds = { latent: row(cropPlanes(latent.data, latent, tile), channels, tile.height, tile.width) };
    const planes = output(await host.models.run({ pack, stage: name, feeds, signal: host.signal }), "image");
    return ofLength(planes, 3 * factor * factor * tile.width * tile.height, "image", name);
  };
  const made = await computeInTiles(latent, within, decode, factor);
  return clampImage(width, height, made);
}

/** Throws if a stage returned another size than its latent space says: a fault of the pack, not of the workflow. */
function ofLength(data: Float32Array, length: number, what: string, stage: string): Float32Array {
  if (data.length === length) return data;
  throw new Error(
    `The stage "${stage}" returned ${what} of ${data.length} numbers, where its latent space says ${length}.`,
  );
}
