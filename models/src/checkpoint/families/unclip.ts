import { join } from "node:path";
import { fieldsBeside } from "../beside.ts";
import type { PackDraft, StageDraft } from "../draft.ts";
import { type Network, openNetwork } from "../network.ts";
import { numberOf } from "../read-json.ts";
import type { TemplateLibrary } from "../template.ts";
import { clip, clipParts } from "./clip.ts";
import { priorPart, readScheduler } from "./sampled.ts";

/** Steps and guidance that Karlo's authors take (kakaobrain/karlo, and diffusers' UnCLIPPipeline). */
const defaults = {
  decoder: { steps: 25, guidanceScale: 8 },
  upsampler: { steps: 7 },
} as const;

/**
 * A folder of diffusers' UnCLIPPipeline or UnCLIPImageVariationPipeline, such as Karlo's: CLIP, a prior unless pictures are given, the
 * decoder with its condition, and two networks that enlarge, the second of which takes the last step.
 */
export async function unclip(
  library: TemplateLibrary,
  folder: string,
  { components }: { readonly components: ReadonlySet<string> },
): Promise<PackDraft> {
  const open = (component: string, role: string) => openNetwork(library, join(folder, component), role);
  const parts = await clipParts({
    text: await open("text_encoder", "text-encoder"),
    tokenizer: join(folder, "tokenizer"),
    ...(components.has("image_encoder")
      ? {
          image: await open("image_encoder", "image-encoder"),
          preprocessor: join(folder, "feature_extractor", "preprocessor_config.json"),
        }
      : {}),
  });
  const stages: { [name: string]: StageDraft } = { ...parts.stages };
  if (components.has("prior")) stages.prior = await priorPart(library, folder, "prior_scheduler");
  const condition = await open("text_proj", "condition");
  stages["decoder-condition"] = {
    network: condition,
    section: { space: clip, text: clip, ...(await fieldsBeside(condition)) },
  };
  const decoder = await open("decoder", "denoiser");
  stages.decoder = {
    network: decoder,
    section: {
      condition: "decoder-condition",
      sample: { channels: 3, size: sideOf(decoder) },
      scheduler: await readScheduler(join(folder, "decoder_scheduler")),
      defaults: defaults.decoder,
    },
  };
  const first = await open("super_res_first", "denoiser");
  stages["upsampler-256"] = {
    network: first,
    section: {
      enlarges: { size: sideOf(decoder), place: 1 },
      sample: { channels: 3, size: sideOf(first) },
      scheduler: await readScheduler(join(folder, "super_res_scheduler")),
      defaults: defaults.upsampler,
    },
  };
  stages["upsampler-256-last"] = {
    network: await open("super_res_last", "denoiser"),
    section: { finishes: "upsampler-256" },
  };
  return { title: "unCLIP", ...parts, stages, notes: [] };
}

const sideOf = ({ config, folder }: Network) => numberOf(config, "sample_size", join(folder, "config.json"));
