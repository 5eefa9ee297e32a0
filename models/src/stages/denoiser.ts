import { known, optional, readFields, readInteger, readObject, refuse } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import { otherTextEncoder, whatCounts } from "./beside.ts";
import type { Condition } from "./condition.ts";
import {
  defineStage,
  latentFacts,
  type PackBody,
  type PackNames,
  references,
  spaceFact,
  stagesOf,
} from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";
import { type ImageNoise, imageNoise } from "./image-noise.ts";
import { nullEmbedding } from "./null-embedding.ts";
import { readSample, type Sample } from "./sample.ts";
import { readDefaults, readPresets, readScheduler, type Sampled } from "./scheduler.ts";
import { textFacts } from "./text-encoder.ts";

/**
 * `sample`, `timestep`, and its conditioning: `context`, `context_mask`, `time` of its condition, `image_embedding`, the inputs of
 * a text, `condition` for one that enlarges → `output [N, channels, H, W]`, or twice the channels with the learned variance.
 */
export type Denoiser = StageFiles &
  Sampled & {
    readonly role: "denoiser";
    readonly sample: Sample;
    /** The stage that computes its context and time. */
    readonly condition?: string;
    /** Given if the denoiser itself takes an image embedding or a caption. */
    readonly space?: string;
    readonly text?: string;
    readonly nullImageEmbedding?: readonly number[];
    /** How embeddings are noised for a network that is told their `noise_level`. */
    readonly imageNoise?: ImageNoise;
    /** The space of its latents, if it works on latents. */
    readonly latent?: string;
    /** The side of the pictures that it enlarges, and its place in the cascade: 1 after the decoder, 2 after the first upsampler. */
    readonly enlarges?: { readonly size: number; readonly place: 1 | 2 };
    readonly finishes?: never;
  };

/** Another network for the last step of a denoiser, with the same inputs and outputs (Karlo's `super_res_last`). */
export type Finisher = StageFiles & { readonly role: "denoiser"; readonly finishes: string };

/** What nodes ask for, by the place in the cascade. */
const parts = ["decoder", "upsampler-256", "upsampler-1024"] as const;

export const denoiser = defineStage<Denoiser | Finisher>({
  role: "denoiser",
  read: (section, field, pack) =>
    Object.hasOwn(readObject(section, field), "finishes")
      ? readFields(section, field, {
          role: known("denoiser"),
          ...stageFiles,
          finishes: references(pack).stageOf("denoiser", field.slice("stages.".length)),
        })
      : readDenoiser(section, field, pack),
  countsBeside: (stage, pack, name) => {
    if (stage.finishes !== undefined) return null;
    const finisher = finisherOf(pack, name);
    const others = [otherCondition(pack, stage), otherTextEncoder(pack, takes(pack, stage).text)];
    const scale = stage.latent === undefined ? null : named(pack.latents, stage.latent).scale;
    return [finisher ? whatCounts(finisher[1]) : null, ...others, scale];
  },
  facts: (stage, pack) => {
    if (stage.finishes !== undefined) return undefined;
    const { sample, enlarges, latent } = stage;
    const { space, text } = takes(pack, stage);
    const facts = {
      ...(typeof sample.size === "number" && latent === undefined ? { size: sample.size } : {}),
      ...(enlarges ? { conditionSize: enlarges.size } : {}),
      ...spaceFact(pack, space),
      ...textFacts(pack, text),
      ...(latent === undefined ? {} : latentFacts(pack, latent)),
    };
    return { part: parts[enlarges?.place ?? 0], facts };
  },
});

/** The network of a denoiser's last step, if it has one of its own. */
export function finisherOf(
  pack: Pick<PackBody, "stages">,
  name: string,
): readonly [name: string, stage: Finisher] | undefined {
  return stagesOf<Denoiser | Finisher>(pack, "denoiser").find(
    (entry): entry is [string, Finisher] => entry[1].finishes === name,
  );
}

/** The space and the text of a denoiser's conditioning, stated by itself or by its condition. */
function takes({ stages }: PackBody, { space, text, condition }: Denoiser): Pick<Denoiser, "space" | "text"> {
  const told = condition === undefined ? undefined : (stages[condition] as Condition);
  const names = { space: space ?? told?.space, text: text ?? told?.text };
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}

/** What a digest covers of a denoiser's condition; null for none and for the pack's first, whose own digest counts already. */
function otherCondition(pack: PackBody, { condition }: Denoiser): object | null {
  const [first] = stagesOf(pack, "condition");
  return condition === undefined || condition === first?.[0] ? null : whatCounts(named(pack.stages, condition));
}

function readDenoiser(section: unknown, field: string, pack: PackNames): Denoiser {
  const { space, text, latent, stageOf } = references(pack);
  const scheduler = readScheduler(readObject(section, field).scheduler, `${field}.scheduler`);
  const stage = readFields(section, field, {
    role: known("denoiser"),
    ...stageFiles,
    sample: readSample,
    scheduler: known(scheduler),
    defaults: (value, at) => readDefaults(value, at, scheduler),
    presets: optional((value, at) => readPresets(value, at, scheduler)),
    condition: optional(stageOf("condition", "")),
    space: optional(space),
    text: optional(text),
    nullImageEmbedding: optional(nullEmbedding(section, field, pack)),
    imageNoise: optional(imageNoise(section, field, pack)),
    latent: optional(latent),
    enlarges: optional(readEnlarges),
  });
  const [channels, why] =
    stage.latent === undefined
      ? [3, ": a denoiser with any other number names its latent space"]
      : [named(pack.latents, stage.latent).channels, ", as its latent space has"];
  if (stage.sample.channels !== channels)
    refuse(`${field}.sample.channels`, stage.sample.channels, `${channels}${why}`);
  return stage;
}

function readEnlarges(value: unknown, field: string): NonNullable<Denoiser["enlarges"]> {
  return readFields(value, field, {
    size: (size, at) => readInteger(size, at, 1, 8192),
    place: (place, at) => readInteger(place, at, 1, parts.length - 1) as 1 | 2,
  });
}
