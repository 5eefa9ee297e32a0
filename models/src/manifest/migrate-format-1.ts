import type { Denoiser } from "../stages/denoiser.ts";
import type { StageFiles } from "../stages/files.ts";
import type { Stage } from "../stages/roles.ts";
import type { Sampled, Scheduler } from "../stages/scheduler.ts";
import type { Manifest1, Sampled1, Upsampler1 } from "./format-1.ts";
import type { Manifest } from "./manifest.ts";

/**
 * A manifest of format 1 as one of format 2. What format 1 said by a stage's name becomes its role, and what it left to the
 * code becomes data: cosine betas, UnCLIPScheduler's spacing, three channels, what each `mask` masks.
 */
export function migrateFormat1({ clip, tokenizer, stages, ...head }: Manifest1): Manifest {
  // Format 1 states no weights. The graph of the text encoder stands for both encoders: every pack has it.
  const id = stages["clip-text"].sha256;
  const image = { size: clip.imageSize, mean: clip.imageMean, std: clip.imageStd, fit: "crop" } as const;
  return {
    format: "clipwork-pack/2",
    ...head,
    spaces: { [clip.name]: { id, dimension: clip.dimension, image } },
    texts: { [clip.name]: { id, tokenizer, contextLength: clip.contextLength, width: clip.textWidth } },
    latents: {},
    arrays: {},
    stages: { ...migrateStages(stages, clip.name), ...lastSteps(stages) },
  };
}

function migrateStages(stages: Manifest1["stages"], clip: string): { readonly [name: string]: Stage } {
  const reads = { space: clip, text: clip };
  const entries = Object.entries(stages).map(([name, stage]): [string, Stage] => {
    const read = stage as StageFiles;
    switch (name) {
      case "clip-text":
        return [name, { role: "text-encoder", ...read, ...reads }];
      case "clip-image":
        return [name, { role: "image-encoder", ...read, space: clip }];
      case "prior": {
        const prior = stages.prior!;
        return [name, { role: "prior", ...prior, ...reads, inputs: { mask: "text_mask" }, ...sampled(prior) }];
      }
      case "decoder-condition":
        return [name, { role: "condition", ...read, ...reads }];
      case "decoder": {
        const { size, ...decoder } = stages.decoder!;
        const condition = stages["decoder-condition"] ? { condition: "decoder-condition" } : {};
        const rest = { inputs: { mask: "context_mask" }, sample: square(size), ...sampled(decoder) };
        return [name, { role: "denoiser", ...decoder, ...condition, ...rest }];
      }
      case "upsampler-256":
      case "upsampler-1024":
        return [name, upsampler(stages[name]!, name === "upsampler-256" ? 1 : 2)];
      default:
        return [name, { role: "other", ...read }];
    }
  });
  return Object.fromEntries(entries);
}

function upsampler({ size, conditionSize, last: _, ...stage }: Upsampler1, place: 1 | 2): Denoiser {
  const enlarges = { size: conditionSize, place };
  return { role: "denoiser", ...stage, sample: square(size), enlarges, ...sampled(stage) };
}

/** The networks that run a last step. One that two upsamplers share, or that runs for itself too, is listed once more. */
function lastSteps(stages: Manifest1["stages"]): { readonly [name: string]: Stage } {
  const found: { [name: string]: Stage } = {};
  for (const finishes of ["upsampler-256", "upsampler-1024"] as const) {
    const last = stages[finishes]?.last;
    if (!last) continue;
    const { file, sha256, externalData } = stages[last]!;
    const own = /^(clip-|prior$|decoder|upsampler-(256|1024)$)/.test(last) || Object.hasOwn(found, last);
    const network = { role: "denoiser", file, sha256, ...(externalData ? { externalData } : {}), finishes } as const;
    found[own ? `${finishes}-last` : last] = network;
  }
  return found;
}

const square = (size: number): Denoiser["sample"] => ({ channels: 3, multiple: 1, size });

function sampled({ scheduler, defaults }: Sampled1): Sampled {
  const { trainTimesteps, prediction, variance, clipSampleRange: clip } = scheduler;
  const renamed: Scheduler["variance"] = variance === "learned_range" ? "learned-range" : "fixed-small-log";
  const rest = { betas: { kind: "cosine" }, spacing: "unclip", offset: 0 } as const;
  return { scheduler: { trainTimesteps, prediction, variance: renamed, clip, ...rest }, defaults };
}
