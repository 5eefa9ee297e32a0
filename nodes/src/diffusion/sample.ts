import type { SchedulerConfig } from "@clipwork/models";
import type { Sampler } from "./sampler.ts";
import { cosineSchedule, respace, type Step } from "./schedule.ts";

/** What decides one sampling run. */
export type Sampling = {
  readonly config: SchedulerConfig;
  readonly sampler: Sampler;
  readonly steps: number;
  /** Elements of the sample. */
  readonly length: number;
  /** Standard normals of one step: 0 is x_T, then the sampler's steps from 1. */
  readonly noise: (step: number, length: number) => Float32Array;
  /** The network's output for x_t, with guidance if there is any. */
  readonly predict: (x: Float32Array, step: Step) => Promise<Float32Array>;
  /** Hears of each step that is done, with the x0 predicted in it. */
  readonly onStep: (step: number, x0: Float32Array) => void;
  readonly signal: AbortSignal;
};

/** The one loop of prior, decoder and upsamplers: from pure noise x_T to the finished sample. Stops at the next step when aborted. */
export async function sample({ config, sampler, steps, length, noise, predict, onStep, signal }: Sampling) {
  const schedule = cosineSchedule(config.trainTimesteps);
  let x = noise(0, length);
  for (const step of respace(config.trainTimesteps, steps)) {
    signal.throwIfAborted();
    const output = await predict(x, step);
    const moved = sampler({ schedule, config, step, x, output, noise: () => noise(step.index, length) });
    onStep(step.index, moved.x0);
    x = moved.x;
  }
  return x;
}
