import { NodeError, p, type Value } from "@clipwork/engine";
import type { Sampled } from "@clipwork/models";
import { ddim } from "../diffusion/ddim.ts";
import { gaussian, type Purpose } from "../diffusion/philox.ts";
import { type SamplePoint, type Sampling, sample } from "../diffusion/sample.ts";
import type { Sampler } from "../diffusion/sampler.ts";
import { type Step, stepsOf } from "../diffusion/schedule.ts";
import { stepUnclip } from "../diffusion/unclip-sampler.ts";
import type { NoiseValue } from "../kinds/noise.ts";
import type { SamplingHost } from "./in-company.ts";

/** Parameters of every node that samples. */
export const samplingParams = {
  pack: p.pack(),
  seed: p.seed(),
  steps: p.integer("How many denoising steps; empty takes the pack's default.", { default: null, min: 1, max: 1000 }),
} as const;

/** Parameters of the nodes that make pictures, whose sampler can be chosen. */
export const pictureParams = {
  ...samplingParams,
  sampler: p.choice(
    "The sampler: ddpm adds noise in every step; ddim adds as much as eta sets.",
    ["ddpm", "ddim"],
    "ddpm",
  ),
  eta: p.number("Noise that ddim adds in each step: 0 none, 1 as much as ddpm. Only used by ddim.", {
    default: 0,
    min: 0,
    max: 1,
  }),
} as const;

export type PictureParams = {
  readonly pack: string;
  readonly seed: number;
  readonly steps: number | null;
  readonly sampler: "ddpm" | "ddim";
  readonly eta: number;
};

export function chooseSampler({ sampler, eta }: PictureParams): Sampler {
  return sampler === "ddim" ? ddim(eta) : stepUnclip;
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
 * The steps of a pack's stage, as many as asked for or as its default says. Throws NodeError if its schedule has fewer.
 */
export function stepsOfStage({ scheduler, defaults }: Sampled, asked: number | null): readonly Step[] {
  const { trainTimesteps } = scheduler;
  const count = asked ?? defaults.steps;
  if (count > trainTimesteps) {
    throw new NodeError(
      `"steps" is ${count}, but this stage was trained with ${trainTimesteps} timesteps.`,
      `Set "steps" to at most ${trainTimesteps}.`,
    );
  }
  const steps = stepsOf(scheduler, count);
  const [first] = steps;
  if (first && first.timestep >= trainTimesteps) {
    throw new NodeError(
      `"steps" is ${count}, but this stage's spacing would then begin at timestep ${first.timestep}, beyond the last of its ${trainTimesteps}.`,
      'Set "steps" to a smaller number.',
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
export function startOf(noise: NoiseValue | undefined, channels: number, side: number): Float32Array | undefined {
  if (!noise) return undefined;
  if (noise.channels === channels && noise.height === side && noise.width === side) return noise.data;
  const shape = `${noise.channels} × ${noise.height} × ${noise.width}`;
  throw new NodeError(
    `The noise is ${shape}, but this sampler starts from ${channels} × ${side} × ${side}.`,
    "Give it noise of the same pack; the node latent.noise draws some.",
  );
}

/** A checkpoint's value as a point of this sampling run, or undefined if it is not one. */
function readPoint(value: Value | undefined, steps: number, length: number): SamplePoint | undefined {
  const { step, x } = (value ?? {}) as { readonly step?: Value; readonly x?: Value };
  if (typeof step !== "number" || !Number.isInteger(step) || step < 1 || step >= steps) return undefined;
  return x instanceof Float32Array && x.length === length ? { step, x } : undefined;
}
