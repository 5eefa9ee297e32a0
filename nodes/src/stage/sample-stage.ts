import { addedLater, type Migration, NodeError, p, type Value } from "@clipwork/engine";
import {
  defaultSampler,
  defaultSteps,
  type Sampled,
  type SamplerName,
  type Scheduler,
  samplers,
} from "@clipwork/models";
import { gaussian, type Purpose } from "../diffusion/philox.ts";
import { type SamplePoint, type Sampling, sample } from "../diffusion/sample.ts";
import type { Remembered } from "../diffusion/sampler.ts";
import { samplerOf } from "../diffusion/samplers.ts";
import { alphaBarAt, type Step, scheduleOf, stepsOf } from "../diffusion/schedule.ts";
import type { NoiseValue } from "../kinds/noise.ts";
import type { SamplingHost } from "./in-company.ts";
import type { SampleShape } from "./sample-shape.ts";

/** Parameters of every node that samples. */
export const samplingParams = {
  pack: p.pack(),
  seed: p.seed(),
  steps: p.integer("How many denoising steps; empty takes what the pack says of the sampler.", {
    default: null,
    min: 1,
    max: 1000,
  }),
} as const;

const eta = p.number("Noise that ddim adds in each step: 0 none, 1 as much as ddpm. Only used by ddim.", {
  default: 0,
  min: 0,
  max: 1,
});

/** Parameters of a node whose sampler can be chosen among all there are. */
export const samplerParams = {
  sampler: p.choice(
    "The sampler: pack takes the pack's own; ddpm and dpm++2m-sde add noise in every step, ddim as much as eta sets, the others none. heun asks the network twice a step.",
    ["pack", ...samplers],
    "pack",
  ),
  eta,
  spacing: addedLater(
    p.choice(
      "How the steps are spread over the timesteps: pack takes the pack's own; unclip has both ends, leading the lower, trailing the upper.",
      ["pack", "unclip", "leading", "trailing"],
      "pack",
    ),
  ),
} as const;

/** Parameters of the nodes that make pictures. */
export const pictureParams = { ...samplingParams, ...samplerParams } as const;

/** Version 2: the default is the pack's sampler. It was ddpm, which is what packs of that time have. */
export const packSampler: Migration = {
  from: 1,
  name: "the sampler is the pack's unless one is chosen",
  apply: (node) => node,
};

/** Parameters of a node whose steps may begin anew at any timestep, so that no sampler fits that remembers steps before. */
export const forgetfulParams = {
  ...samplingParams,
  sampler: p.choice(
    "The sampler: ddpm adds noise in every step; ddim adds as much as eta sets.",
    ["ddpm", "ddim"],
    "ddpm",
  ),
  eta,
} as const;

type SamplerParams = {
  readonly steps: number | null;
  readonly sampler: "pack" | SamplerName;
  readonly eta: number;
  readonly spacing: "pack" | Scheduler["spacing"];
};

export type PictureParams = SamplerParams & { readonly pack: string; readonly seed: number };

/** The sampler that was chosen, or the pack's, and its steps. Throws NodeError if the stage's schedule has fewer, or does not suit it. */
export function chooseSampler(stage: Sampled, { sampler, eta, spacing, steps }: SamplerParams) {
  const name = sampler === "pack" ? (stage.scheduler.sampler ?? defaultSampler) : sampler;
  const chosen = stepsOfStage(spaced(stage, spacing), steps, name);
  if (name === "pndm") refuseNoise(stage, chosen[0]!);
  return { sampler: samplerOf(name, eta), steps: chosen };
}

/** PNDM takes means of predicted noise; where x_t is all but noise, their errors, divided by √ᾱ, drown the sample. */
function refuseNoise({ scheduler }: Sampled, { timestep }: Step): void {
  if (alphaBarAt(scheduleOf(scheduler), timestep) >= 1e-3) return;
  throw new NodeError(
    `The sampler pndm cannot begin at timestep ${timestep} of this stage, where hardly anything but noise is left.`,
    'Choose another sampler, or the "spacing" leading.',
  );
}

/** The stage with its steps spread in another way. */
function spaced(stage: Sampled, spacing: SamplerParams["spacing"]): Sampled {
  if (spacing === "pack") return stage;
  const { timesteps: _, ...scheduler } = stage.scheduler;
  return { ...stage, scheduler: { ...scheduler, spacing, offset: spacing === "leading" ? scheduler.offset : 0 } };
}

type StageSampling = Pick<Sampling, "sampler" | "length" | "predict"> & {
  readonly stage: Sampled;
  /** Which noise: with one seed, every stage has noise of its own. */
  readonly purpose: Purpose;
  readonly seed: number;
  /** Which of the samples of one seed; 0 if there is only one. */
  readonly draw?: number;
  readonly steps: readonly Step[];
  /** Where to begin, in place of noise drawn by the seed. */
  readonly start?: Float32Array | undefined;
  /** Shows the x0 predicted in a step, or the x that it led to. */
  readonly show: (x0: Float32Array, x: Float32Array) => void;
};

/**
 * The steps of a pack's stage, as many as asked for or as the stage says of that sampler. Throws NodeError if its schedule has fewer for that sampler.
 */
export function stepsOfStage(stage: Sampled, asked: number | null, sampler: SamplerName = "ddpm"): readonly Step[] {
  const { scheduler } = stage;
  const { trainTimesteps } = scheduler;
  const count = asked ?? defaultSteps(stage, sampler);
  if (count > trainTimesteps) {
    throw new NodeError(
      `"steps" is ${count}, but this stage was trained with ${trainTimesteps} timesteps.`,
      `Set "steps" to at most ${trainTimesteps}.`,
    );
  }
  const steps = stepsOf(scheduler, count, sampler);
  const [first] = steps;
  if (first && first.timestep >= trainTimesteps) {
    throw new NodeError(
      `"steps" is ${count}, but this stage's spacing would then begin at timestep ${first.timestep}, beyond the last of its ${trainTimesteps}.`,
      'Set "steps" to a smaller number.',
    );
  }
  if (steps.some(({ timestep, previous }) => timestep === previous)) {
    throw new NodeError(
      `"steps" is ${count}, but the sampler ${sampler} finds too few timesteps among the ${trainTimesteps} of this stage.`,
      `Set "steps" to at most ${trainTimesteps - 1}.`,
    );
  }
  return steps;
}

/**
 * Samples with a pack's stage: its schedule, counted noise, progress and a preview of every step. Continues where an earlier
 * run of the same item was interrupted.
 */
export async function sampleStage(options: StageSampling, { signal, progress, checkpoint }: SamplingHost) {
  const { stage, purpose, seed, draw, steps, start, show, sampler, length, predict } = options;
  const from = readPoint(await checkpoint.load(), steps.length, length);
  if (from) progress(from.step, steps.length);
  return sample({
    config: stage.scheduler,
    sampler,
    steps,
    length,
    noise: (step, count) => (step === 0 && start) || gaussian(seed, purpose, step, count, draw),
    predict,
    from,
    onStep: (point, x0) => {
      if (point.step < steps.length) checkpoint.save(point);
      progress(point.step, steps.length);
      show(x0, point.x);
    },
    signal,
  });
}

/** The numbers of linked noise, or undefined if there is none. Throws NodeError if its shape is not the sampler's. */
export function startOf(noise: NoiseValue | undefined, shape: SampleShape): Float32Array | undefined {
  if (!noise) return undefined;
  const has = describeShape(noise);
  const needs = describeShape(shape);
  if (has === needs) return noise.data;
  throw new NodeError(
    `The noise is ${has}, but this sampler starts from ${needs}.`,
    "Give it noise of the same pack; the node latent.noise draws some.",
  );
}

const describeShape = ({ channels, height, width }: SampleShape) => `${channels} × ${height} × ${width}`;

/** A checkpoint's value as a point of this sampling run, or undefined if it is not one. */
function readPoint(value: Value | undefined, steps: number, length: number): SamplePoint | undefined {
  const { step, x, past } = (value ?? {}) as { readonly [field: string]: Value | undefined };
  if (typeof step !== "number" || !Number.isInteger(step) || step < 1 || step >= steps) return undefined;
  if (!isRow(x, length)) return undefined;
  if (past === undefined) return { step, x };
  if (!Array.isArray(past) || !past.every((entry) => isRemembered(entry, length))) return undefined;
  return { step, x, past: past as readonly Value[] as readonly Remembered[] };
}

const isRow = (value: Value | undefined, length: number): value is Float32Array =>
  value instanceof Float32Array && value.length === length;

function isRemembered(value: Value, length: number): boolean {
  const { timestep, values } = Object(value) as { readonly [field: string]: Value | undefined };
  return Number.isInteger(timestep) && isRow(values, length);
}
