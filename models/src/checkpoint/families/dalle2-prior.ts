import { join } from "node:path";
import { PackError } from "../../fields/pack-error.ts";
import type { Pack } from "../../pack/pack.ts";
import type { Betas, Scheduler } from "../../stages/scheduler.ts";
import type { PackDraft } from "../draft.ts";
import { openDescribed } from "../network.ts";
import { numberOf, readJson } from "../read-json.ts";
import type { Config, TemplateLibrary } from "../template.ts";
import { captionsOf } from "./captions.ts";
import { clip } from "./clip.ts";

/** What a folder of a DALLE2-pytorch prior has in place of `config.json`: its trainer's configuration. */
export const dalle2File = "prior_config.json";

/** Fields of `DiffusionPrior` that sampling reads, with its defaults. */
const defaults: Config = {
  ...{ timesteps: 1000, sample_timesteps: null, beta_schedule: "cosine", predict_x_start: true, predict_v: false },
  ...{ sampling_clamp_l2norm: false, sampling_final_clamp_l2norm: false, image_embed_scale: null },
  ...{ image_embed_dim: null, net: null },
};
/** Those that must be so, and those that training or its CLIP alone read. */
const fixed: Config = { condition_on_text_encodings: true, init_image_embed_l2norm: false };
const ignored = [
  ...["clip", "image_size", "image_channels", "cond_drop_prob", "text_cond_drop_prob", "image_cond_drop_prob"],
  ...["loss_type", "training_clamp_l2norm", "clip_adapter_overrides"],
];
/** The steps of its README; without a number it takes all. */
const fewSteps = 64;

/**
 * The diffusion prior of DALLE2-pytorch (lucidrains), as its trainer describes it in `prior_config.json`. Like ECLIPSE's it stands alone,
 * and the pack `like` has its captions. What it makes are image embeddings of length one, as its CLIP's are. Throws PackError naming what
 * it does not have: another schedule, no encodings of the caption.
 */
export async function dalle2Prior(
  library: TemplateLibrary,
  folder: string,
  like: Pack | undefined,
): Promise<PackDraft> {
  const path = join(folder, dalle2File);
  const whole = await readJson(path);
  const given = (whole.prior ?? whole) as Config;
  const config = { ...defaults, ...given };
  refuseUnknown(given, path);
  const net = config.net as Config | null;
  if (typeof net !== "object" || net === null) refuse(path, 'has no network, "net"');
  const dimension = numberOf(config, "image_embed_dim", path);
  const { contextLength, notes, ...captions } = await captionsOf(like, { dimension }, folder);
  const configs = { prior: { ...net, context_length: contextLength } };
  const { prior } = await openDescribed(library, folder, { path, className: "DiffusionPriorNetwork", configs });
  const scale = (config.image_embed_scale as number | null) ?? Math.sqrt(dimension);
  const scheduler = dalle2Scheduler(config, path, scale === Math.sqrt(dimension));
  const known = numberOf(net, "num_timesteps", path);
  if (scheduler.trainTimesteps > known)
    refuse(path, `says timesteps: ${scheduler.trainTimesteps}, and its network knows ${known}`);
  const steps = (config.sample_timesteps as number | null) ?? Math.min(fewSteps, scheduler.trainTimesteps);
  const all = (value: number) => Array.from({ length: dimension }, () => value);
  const section = {
    ...{ space: clip, text: clip, scheduler, defaults: { steps, guidanceScale: 1 } },
    normalisation: { mean: all(0), std: all(Math.fround(1 / scale)) },
  };
  const length = "Its embeddings have length one, and CLIP's own are longer: compare them by cosines.";
  return {
    title: "DALLE2-pytorch prior",
    ...captions,
    stages: { prior: { network: prior, section } },
    notes: [...notes, length],
  };
}

/** Its sampler; `usualScale` says whether embeddings are scaled by the root of their dimension. Throws PackError for one that there is not. */
export function dalle2Scheduler(config: Config, path: string, usualScale: boolean): Scheduler {
  const { predict_v, predict_x_start, sampling_clamp_l2norm: clamped, sampling_final_clamp_l2norm: last } = config;
  const trainTimesteps = numberOf(config, "timesteps", path);
  const direct = predict_x_start === true;
  if (direct && last === true && clamped !== true)
    refuse(path, "clamps the finished embedding alone (sampling_final_clamp_l2norm), and there is no such sampler");
  if (direct && clamped === true && !usualScale)
    refuse(
      path,
      `clamps to the length ${config.image_embed_scale}, and there is a clamp to the root of the dimension alone`,
    );
  const unclamped = direct ? null : 1;
  return {
    trainTimesteps,
    betas: betasOf(config.beta_schedule, trainTimesteps, path),
    prediction: predict_v === true ? "v" : direct ? "sample" : "epsilon",
    variance: "fixed-small-log",
    clip: direct && clamped === true ? "l2norm" : unclamped,
    ...{ spacing: "unclip", offset: 0 },
  };
}

function betasOf(kind: unknown, timesteps: number, path: string): Betas {
  if (kind === "cosine") return { kind };
  // As many small steps make the same noise in all.
  const scale = 1000 / timesteps;
  if (kind === "linear") return { kind, start: scale * 0.0001, end: scale * 0.02 };
  return refuse(path, `says beta_schedule: ${JSON.stringify(kind)}, but must say "cosine" or "linear"`);
}

function refuseUnknown(given: Config, path: string): void {
  for (const [field, value] of Object.entries(given)) {
    if (Object.hasOwn(defaults, field) || ignored.includes(field)) continue;
    if (!Object.hasOwn(fixed, field)) refuse(path, `has the field "${field}", which is not known here`);
    if (value !== fixed[field])
      refuse(path, `says ${field}: ${JSON.stringify(value)}, and there are templates for ${fixed[field]} alone`);
  }
}

function refuse(path: string, what: string): never {
  throw new PackError(
    `${path} ${what}.`,
    "Import a prior as LAION trained it; docs/bring-your-own-weights.md says what there are templates for.",
  );
}
