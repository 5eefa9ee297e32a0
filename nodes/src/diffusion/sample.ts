import type { Scheduler } from "@clipwork/models";
import type { AskingSampler, Predict, Remembered, Sampler } from "./sampler.ts";
import { type Step, scheduleOf } from "./schedule.ts";

/**
 * How far a sampling run has got: x after `step` steps, and what its sampler remembers of them. The rest of the run depends on nothing
 * else that came before.
 */
export type SamplePoint = { readonly step: number; readonly x: Float32Array; readonly past?: readonly Remembered[] };

/** What determines one sampling run. */
export type Sampling = {
  readonly config: Scheduler;
  readonly sampler: Sampler | AskingSampler;
  /** From the first on, counted from 1. */
  readonly steps: readonly Step[];
  /** Elements of the sample. */
  readonly length: number;
  /** Standard normals of one step: 0 is x_T, then the sampler's steps from 1. */
  readonly noise: (step: number, length: number) => Float32Array;
  readonly predict: Predict;
  /** Where to continue; pure noise if absent. */
  readonly from?: SamplePoint | undefined;
  /** Called after each step, with where it led and the x0 predicted in it. */
  readonly onStep: (point: SamplePoint, x0: Float32Array) => void;
  readonly signal: AbortSignal;
};

/**
 * The one loop of prior, decoder and upsamplers: from pure noise x_T to the finished sample, or wherever else the steps lead.
 * Stops at the next step when aborted. Noise is counted by step, so a run that continues from another run's point has the same
 * bits as one that never stopped.
 */
export async function sample({ config, sampler, steps, length, noise, predict, from, onStep, signal }: Sampling) {
  const schedule = scheduleOf(config);
  let x = from?.x ?? noise(0, length);
  let past = from?.past ?? [];
  for (const step of steps.slice(from?.step ?? 0)) {
    signal.throwIfAborted();
    const output = await predict(x, step);
    const next = steps[step.index];
    const moment = { schedule, config, step, x, output, noise: () => noise(step.index, length), next, past };
    const moved = await sampler(moment, predict);
    x = moved.x;
    past = moved.past ?? [];
    onStep({ step: step.index, x, ...(past.length > 0 ? { past } : {}) }, moved.x0);
  }
  return x;
}
