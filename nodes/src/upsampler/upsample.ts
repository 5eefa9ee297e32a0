import { NodeError } from "@clipwork/engine";
import { resizeBicubic } from "../diffusion/resize.ts";
import type { Step } from "../diffusion/schedule.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { clampImage } from "../kinds/pixels.ts";
import { chooseSampler, type PictureParams, sampleStage } from "../stage/sample-stage.ts";
import { type Host, networkOf, output, requireStage, row, sideOf } from "../stage/stage.ts";

/**
 * Enlarges a picture by diffusion, as Karlo does: every call of the network sees x_t beside the small picture resized
 * bicubically; no caption, no guidance. Where the pack has another network for the final step, it runs there.
 */
export async function upsample(
  part: "upsampler-256" | "upsampler-1024",
  image: ImageValue,
  params: PictureParams,
  host: Host,
): Promise<ImageValue> {
  const pack = host.pack(params.pack);
  const { name, stage } = requireStage(pack, part);
  const side = sideOf(name, stage);
  const conditionSize = stage.enlarges!.size;
  const network = networkOf(pack.manifest, name);
  if (image.width !== conditionSize || image.height !== conditionSize) {
    throw new NodeError(
      `The picture is ${image.width} × ${image.height}, but this upsampler of the pack "${params.pack}" needs ${conditionSize} × ${conditionSize}.`,
      `Give it a picture of that size; "Load image" crops to a square when its "size" is ${conditionSize}.`,
    );
  }
  const condition = row(resizeBicubic(image, side, side).data, 3, side, side);
  const predict = async (x: Float32Array, step: Step) => {
    const feeds = { sample: row(x, 3, side, side), condition, timestep: row(Float32Array.of(step.timestep)) };
    const call = { pack: params.pack, stage: network(step), feeds, signal: host.signal };
    return output(await host.models.run(call), "output");
  };
  const x0 = await sampleStage(
    {
      stage,
      purpose: part,
      seed: params.seed,
      ...chooseSampler(stage, params),
      length: 3 * side * side,
      predict,
      show: (data) => host.preview("image", { width: side, height: side, data }),
    },
    host,
  );
  return clampImage(side, side, x0);
}
