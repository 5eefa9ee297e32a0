import type { Scheduler } from "@clipwork/models";
import { alphaBarAt, type Schedule, type Step } from "./schedule.ts";

/** What a sampler sees of one step. */
export type Moment = {
  readonly schedule: Schedule;
  readonly config: Scheduler;
  readonly step: Step;
  /** x_t, one row, flat. */
  readonly x: Float32Array;
  /** The network's output for x_t: as long as x, or twice as long with the variance interpolation v in its second half. */
  readonly output: Float32Array;
  /** Standard normals as long as x; drawn only when called. */
  readonly noise: () => Float32Array;
  /** The step that will follow, if one does. */
  readonly next?: Step | undefined;
  /** What the sampler remembers of the steps before, the newest first; nothing at the first. */
  readonly past?: readonly Remembered[];
};

/** What a method of several steps keeps of one: numbers as long as x, and the timestep that they belong to. */
export type Remembered = { readonly timestep: number; readonly values: Float32Array };

/** x at the step's `previous` timestep, and the x0 predicted at this one. */
export type Moved = {
  readonly x: Float32Array;
  readonly x0: Float32Array;
  /** What the next step will find as its `past`. */
  readonly past?: readonly Remembered[];
};

export type Sampler = (moment: Moment) => Moved;

/** The network's output for x at a step's timestep, with guidance if there is any. */
export type Predict = (x: Float32Array, step: Step) => Promise<Float32Array>;

/** A sampler that asks the network again within its step, for other x or at the timestep of the next. */
export type AskingSampler = (moment: Moment, predict: Predict) => Promise<Moved>;

/**
 * The predicted clean sample, clipped as the scheduler says. By prediction:
 *
 *   sample   x0 = output
 *   epsilon  x0 = (x_t - √(1 - ᾱ_t) ε) / √ᾱ_t    (Ho et al. 2020, equation 15)
 *   v        x0 = √ᾱ_t x_t - √(1 - ᾱ_t) v         (Salimans and Ho 2022, appendix D)
 *
 * Rounded to float32 after each operation, as torch does: at t = 999 the division multiplies every rounding error by 20,000.
 */
export function predictX0({ schedule, config, step, x, output }: Moment): Float32Array {
  const { fround } = Math;
  const alphaBar = alphaBarAt(schedule, step.timestep);
  const signal = fround(Math.sqrt(alphaBar));
  const noise = fround(Math.sqrt(fround(1 - alphaBar)));
  const x0 = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    if (config.prediction === "sample") x0[i] = output[i]!;
    else if (config.prediction === "epsilon") x0[i] = fround(x[i]! - fround(noise * output[i]!)) / signal;
    else x0[i] = fround(signal * x[i]!) - fround(noise * output[i]!);
  }
  clip(x0, config.clip);
  return x0;
}

/**
 * Clamps each number to plus and minus the range, or scales the whole vector to length √D, the typical length of a vector
 * of standard normals: what DALLE2-pytorch's `sampling_clamp_l2norm` does to embeddings scaled by √D.
 */
function clip(x0: Float32Array, range: Scheduler["clip"]): void {
  if (range === null) return;
  if (range === "l2norm") {
    const length = Math.sqrt(x0.reduce((sum, value) => sum + value * value, 0));
    const scale = length === 0 ? 0 : Math.sqrt(x0.length) / length;
    for (let i = 0; i < x0.length; i++) x0[i]! *= scale;
    return;
  }
  for (let i = 0; i < x0.length; i++) x0[i] = Math.min(Math.max(x0[i]!, -range), range);
}
