import { NodeError } from "@clipwork/engine";
import { partsOf } from "@clipwork/models";
import type { Size, Tiles } from "../diffusion/tiles.ts";
import { sameSize, upsampledSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { pictureParams } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { type Host, requireStage, sideOf } from "../stage/stage.ts";
import { tileParams, tilesOf } from "../stage/tile-params.ts";
import { enlarge, type UpsamplerPart } from "./upsample.ts";

/** The largest side of a picture that comes out. */
const mostPixels = 8192;

export const upsamplerTiled = defineNode({
  type: "upsampler.tiled",
  version: 1,
  title: "Upsampler in tiles",
  summary: "Enlarges a picture of any size by the pack's last upsampler, in overlapping tiles that leave no seam.",
  inputs: { image: t.image("The small picture.", sameSize) },
  outputs: { image: t.image("The large picture.", upsampledSize) },
  params: {
    ...pictureParams,
    ...tileParams("takes the size that the pack's upsampler makes"),
  },
  optionalStages: ["upsampler-256", "upsampler-1024"],
  async run({ image }, params, host) {
    const part = lastUpsampler(params.pack, host);
    const { name, stage } = requireStage(host.pack(params.pack), part);
    const side = sideOf(name, stage);
    const scale = side / stage.enlarges!.size;
    const size = { width: Math.round(scale * image.width), height: Math.round(scale * image.height) };
    const tiles = tilesOf(params, side);
    requireFit(size, tiles, scale);
    return { image: await enlarge({ part, image, size, tiles }, params, host) };
  },
});

function lastUpsampler(pack: string, host: Host): UpsamplerPart {
  const parts = partsOf(host.pack(pack).manifest);
  const found = (["upsampler-1024", "upsampler-256"] as const).find((part) => parts.has(part));
  if (found) return found;
  throw new NodeError(`The pack "${pack}" has no upsampler.`, "Choose a pack that has one.");
}

function requireFit({ width, height }: Size, { side }: Tiles, scale: number): void {
  const large = `The large picture would be ${width} × ${height}`;
  if (Math.max(width, height) > mostPixels)
    throw new NodeError(`${large}, but its sides can be ${mostPixels} at most.`, "Give it a smaller picture.");
  if (Math.min(width, height) < side) {
    throw new NodeError(
      `${large}, which is less than a tile of ${side} × ${side}.`,
      `Give it a picture with sides of at least ${Math.ceil(side / scale)}, or set "tileSize" to a smaller number.`,
    );
  }
}
