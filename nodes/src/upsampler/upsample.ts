import { NodeError } from "@clipwork/engine";
import { resizeBicubic } from "../diffusion/resize.ts";
import type { Step } from "../diffusion/schedule.ts";
import { clampImage } from "../image/pixels.ts";
import type { ImageValue } from "../kinds/image.ts";
import { chooseSampler, type PictureParams, sampleStage } from "../stage/sample-stage.ts";
import { type Host, output, requireStage, row } from "../stage/stage.ts";

/**
 * Enlarges a picture by diffusion, as Karlo does: every call of the network sees x_t beside the small picture resized
 * bicubically; no caption, no guidance. Where the pack has another network for the final step, it runs there.
 */
export async function upsample(
  name: "upsampler-256" | "upsampler-1024",
  image: ImageValue,
  params: PictureParams,
  host: Host,
): Promise<ImageValue> {
  const stage = requireStage(host.pack(params.pack), name);
  const { size, conditionSize, last } = stage;
  if (image.width !== conditionSize || image.height !== conditionSize) {
    throw new NodeError(
      `The picture is ${image.width} × ${image.height}, but this upsampler of the pack "${params.pack}" needs ${conditionSize} × ${conditionSize}.`,
      `Give it a picture of that size; "Load image" crops to a square when its "size" is ${conditionSize}.`,
    );
  }
  const condition = row(resizeBicubic(image, size, size).data, 3, size, size);
  const predict = async (x: Float32Array, { timestep, previous }: Step) => {
    const feeds = { sample: row(x, 3, size, size), condition, timestep: row(Float32Array.of(timestep)) };
    const network = previous < 0 && last !== null ? last : name;
    return output(await host.models.run({ pack: params.pack, stage: network, feeds, signal: host.signal }), "output");
  };
  const x0 = await sampleStage(
    {
      stage,
      purpose: name,
      seed: params.seed,
      steps: params.steps,
      sampler: chooseSampler(params),
      length: 3 * size * size,
      predict,
      show: (data) => host.preview("image", { width: size, height: size, data }),
    },
    host,
  );
  return clampImage(size, size, x0);
}
