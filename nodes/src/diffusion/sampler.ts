import type { SchedulerConfig } from "@clipwork/models";
import { alphaBarAt, type Schedule, type Step } from "./schedule.ts";

/** What a sampler sees of one step. */
export type Moment = {
  readonly schedule: Schedule;
  readonly config: SchedulerConfig;
  readonly step: Step;
  /** x_t, one row, flat. */
  readonly x: Float32Array;
  /** The network's output for x_t: as long as x, or twice as long with the variance interpolation v in its second half. */
  readonly output: Float32Array;
  /** Standard normals as long as x; drawn only when called. */
  readonly noise: () => Float32Array;
};

/** x at the step's `previous` timestep, and the x0 predicted at this one. */
export type Moved = { readonly x: Float32Array; readonly x0: Float32Array };

export type Sampler = (moment: Moment) => Moved;

/**
 * The predicted clean sample, clamped to the scheduler's range: the output itself, or for epsilon prediction
 * x0 = (x_t - √(1 - ᾱ_t) ε) / √ᾱ_t (Ho et al. 2020, equation 15). Rounded to float32 after each operation, as torch does:
 * at t = 999 the division multiplies every rounding error by 20,000.
 */
export function predictX0({ schedule, config, step, x, output }: Moment): Float32Array {
  const { fround } = Math;
  const alphaBar = alphaBarAt(schedule, step.timestep);
  const signal = fround(Math.sqrt(alphaBar));
  const noise = fround(Math.sqrt(fround(1 - alphaBar)));
  const range = config.clipSampleRange;
  const x0 = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const value =
      config.prediction === "sample" ? output[i]! : fround(fround(x[i]! - fround(noise * output[i]!)) / signal);
    x0[i] = Math.min(Math.max(value, -range), range);
  }
  return x0;
}
