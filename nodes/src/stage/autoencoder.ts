import { NodeError } from "@clipwork/engine";
import { type LatentDecoder, type LatentEncoder, named, type Pack, type Stage } from "@clipwork/models";
import type { Part } from "../diffusion/resize.ts";
import { computeInTiles, cropPlanes, type Size, type Tiles } from "../diffusion/tiles.ts";
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

/** Pixels of the largest picture that goes through an autoencoder in one piece if nobody asks for tiles, as its memory grows with them. */
const wholeMost = 1024 * 1024;
const tilesBeyond: Tiles = { side: 768, overlap: 192 };

/** The tiles of a picture of that many latent numbers, counted in those; `asked` is in pixels. */
function tilesWithin({ width, height }: Size, factor: number, asked: Tiles | undefined): Tiles {
  const tiles = asked ?? (width * height * factor ** 2 > wholeMost ? tilesBeyond : undefined);
  if (tiles === undefined) return { side: Math.max(width, height), overlap: 0 };
  return { side: Math.ceil(tiles.side / factor), overlap: Math.floor(tiles.overlap / factor) };
}

/**
 * A picture as a latent of the pack's encoder, not scaled, encoded in blended tiles, whose sizes are in pixels; if none are asked for, in
 * one piece up to `wholeMost`. Throws NodeError if a side is no multiple of the encoder's factor.
 */
export async function encodeLatent(
  { name, stage }: Played<LatentEncoder>,
  picture: ImageValue,
  pack: string,
  host: Host,
  asked?: Tiles,
): Promise<LatentValue> {
  const { width, height } = picture;
  const { channels, factor } = named(host.pack(pack).manifest.latents, stage.latent);
  if (width % factor !== 0 || height % factor !== 0) {
    throw new NodeError(
      `The picture is ${width} × ${height}, but the sides of a picture are multiples of ${factor} for this autoencoder.`,
      '"Load image" crops to a square of the side that its "size" says.',
    );
  }
  const shape = { channels, height: height / factor, width: width / factor };
  const encode = async (tile: Part, index: number, count: number) => {
    if (count > 1) host.doing(`tile ${index + 1} of ${count}`);
    const size = { width: tile.width * factor, height: tile.height * factor };
    const pixels = cropPlanes(picture.data, picture, { left: tile.left * factor, top: tile.top * factor, ...size });
    const feeds = { image: row(pixels, 3, size.height, size.width) };
    const made = output(await host.models.run({ pack, stage: name, feeds, signal: host.signal }), "latent");
    return ofLength(made, channels * tile.width * tile.height, "latent", name);
  };
  return { ...shape, data: await computeInTiles(shape, tilesWithin(shape, factor, asked), encode) };
}

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
  const decode = async (tile: Part, index: number, count: number) => {
    if (count > 1) host.doing(`tile ${index + 1} of ${count}`);
    const feeds = { latent: row(cropPlanes(latent.data, latent, tile), channels, tile.height, tile.width) };
    const planes = output(await host.models.run({ pack, stage: name, feeds, signal: host.signal }), "image");
    return ofLength(planes, 3 * factor * factor * tile.width * tile.height, "image", name);
  };
  const made = await computeInTiles(latent, tilesWithin(latent, factor, asked), decode, factor);
  return clampImage(width, height, made);
}

/** Throws if a stage returned another size than its latent space says: a fault of the pack, not of the workflow. */
function ofLength(data: Float32Array, length: number, what: string, stage: string): Float32Array {
  if (data.length === length) return data;
  throw new Error(
    `The stage "${stage}" returned ${what} of ${data.length} numbers, where its latent space says ${length}.`,
  );
}
