import { NodeError } from "@clipwork/engine";
import { resizeBicubic } from "../diffusion/resize.ts";
import type { Step } from "../diffusion/schedule.ts";
import { computeInTiles, cropPlanes, type Size, type Tiles } from "../diffusion/tiles.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { clampImage } from "../kinds/pixels.ts";
import { chooseSampler, type PictureParams, sampleStage } from "../stage/sample-stage.ts";
import { type Host, networkOf, output, requireStage, row, sideOf } from "../stage/stage.ts";

export type UpsamplerPart = "upsampler-256" | "upsampler-1024";

/** Enlarges a picture of the one size that the pack's upsampler was made for. Throws NodeError if it has another. */
export async function upsample(
  part: UpsamplerPart,
  image: ImageValue,
  params: PictureParams,
  host: Host,
): Promise<ImageValue> {
  const { name, stage } = requireStage(host.pack(params.pack), part);
  const side = sideOf(name, stage);
  const conditionSize = stage.enlarges!.size;
  if (image.width !== conditionSize || image.height !== conditionSize) {
    throw new NodeError(
      `The picture is ${image.width} × ${image.height}, but this upsampler of the pack "${params.pack}" needs ${conditionSize} × ${conditionSize}.`,
      `Give it a picture of that size; "Load image" crops to a square when its "size" is ${conditionSize}. "Upsampler in tiles" takes any size.`,
    );
  }
  return enlarge({ part, image, size: { width: side, height: side }, tiles: { side, overlap: 0 } }, params, host);
}

/**
 * Enlarges a picture to that size by diffusion, as Karlo does: every call of the network sees x_t beside the small picture resized
 * bicubically; no caption, no guidance. Where the pack has another network for the final step, it runs there. A picture larger than a
 * tile is denoised as a whole: each step predicts in tiles and blends what they predict.
 */
export async function enlarge(
  asked: { readonly part: UpsamplerPart; readonly image: ImageValue; readonly size: Size; readonly tiles: Tiles },
  params: PictureParams,
  host: Host,
): Promise<ImageValue> {
  const { part, image, size, tiles } = asked;
  const { width, height } = size;
  const pack = host.pack(params.pack);
  const { name, stage } = requireStage(pack, part);
  const network = networkOf(pack.manifest, name);
  const condition = resizeBicubic(image, width, height).data;
  const predict = (x: Float32Array, step: Step) =>
    computeInTiles(size, tiles, async (tile, index, count) => {
      if (count > 1) host.doing(`tile ${index + 1} of ${count}`);
      const [sample, beside] = [x, condition].map((data) =>
        row(cropPlanes(data, size, tile), 3, tile.height, tile.width),
      );
      const feeds = { sample: sample!, condition: beside!, timestep: row(Float32Array.of(step.timestep)) };
      const call = { pack: params.pack, stage: network(step), feeds, signal: host.signal };
      return output(await host.models.run(call), "output");
    });
  const x0 = await sampleStage(
    {
      stage,
      purpose: part,
      seed: params.seed,
      ...chooseSampler(stage, params),
      length: 3 * width * height,
      predict,
      show: (data) => host.preview("image", { width, height, data }),
    },
    host,
  );
  return clampImage(width, height, x0);
}
