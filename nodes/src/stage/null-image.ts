import type { Condition, Denoiser } from "@clipwork/models";
import type { Host } from "./stage.ts";

/**
 * The image embedding [D] that a denoiser is given if there is no image: the pack's, or zeros for a network that has a vector of its own
 * for that. Undefined if the pack has neither.
 */
export async function findNullImage(
  stage: Denoiser,
  { name, length, pack }: { readonly name: string; readonly length: number; readonly pack: string },
  host: Pick<Host, "models" | "pack">,
): Promise<Float32Array | undefined> {
  const { stages } = host.pack(pack).manifest;
  const condition = stage.condition === undefined ? undefined : (stages[stage.condition] as Condition);
  const stated = stage.nullImageEmbedding ?? condition?.nullImageEmbedding;
  if (stated) return Float32Array.from(stated);
  const inputs = await host.models.inputs(pack, stage.condition ?? name);
  return inputs.includes("keep_image") ? new Float32Array(length) : undefined;
}
