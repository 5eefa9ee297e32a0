import { join } from "node:path";
import type { PackDraft } from "../draft.ts";
import { openNetwork } from "../network.ts";
import type { TemplateLibrary } from "../template.ts";
import { clipParts } from "./clip.ts";
import { priorPart } from "./sampled.ts";

/** A folder of diffusers' KandinskyV22PriorPipeline: both towers of CLIP, and a prior that makes image embeddings of captions. */
export async function kandinskyPrior(library: TemplateLibrary, folder: string): Promise<PackDraft> {
  const parts = await clipParts({
    text: await openNetwork(library, join(folder, "text_encoder"), "text-encoder"),
    tokenizer: join(folder, "tokenizer"),
    image: await openNetwork(library, join(folder, "image_encoder"), "image-encoder"),
    preprocessor: join(folder, "image_processor", "preprocessor_config.json"),
  });
  const stages = { ...parts.stages, prior: await priorPart(library, folder, "scheduler") };
  return { title: "Kandinsky prior", ...parts, stages, notes: [] };
}
