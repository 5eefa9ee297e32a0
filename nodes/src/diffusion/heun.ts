import { type Moment, type Moved, type Predict, predictX0 } from "./sampler.ts";
import { alphaBarAt } from "./schedule.ts";

/**
 * A step of Heun's method for the probability flow ODE (Karras et al. 2022, algorithm 1; diffusers' HeunDiscreteScheduler). In
 * y = x / √ᾱ over the noise's deviation s = √(1 - ᾱ) / √ᾱ, from t to an earlier p:
 *
 *   d_t = (y_t - x0_t) / s_t
 *   y = y_t + (s_p - s_t) d_t
 *   d_p = (y - x0_p) / s_p, with what the network predicts for y at p
 *   y_p = y_t + (s_p - s_t) (d_t + d_p) / 2
 *
 * The last step leads to x0_t itself and asks the network once, every other one twice.
 */
export async function stepHeun(moment: Moment, predict: Predict): Promise<Moved> {
  const { schedule, step, x, next } = moment;
  const x0 = predictX0(moment);
  if (!next) return { x: x0.slice(), x0 };

  const from = alphaBarAt(schedule, step.timestep);
  const to = alphaBarAt(schedule, step.previous);
  const deviation = Math.sqrt((1 - from) / from);
  const deviationNext = Math.sqrt((1 - to) / to);
  const width = deviationNext - deviation;
  const scaled = Float64Array.from(x, (value) => value / Math.sqrt(from));
  const slope = scaled.map((y, i) => (y - x0[i]!) / deviation);
  const guess = scaled.map((y, i) => y + width * slope[i]!);
  const at = Float32Array.from(guess, (y) => y * Math.sqrt(to));
  const there = predictX0({ ...moment, step: next, x: at, output: await predict(at, next) });
  const moved = scaled.map((y, i) => y + (width / 2) * (slope[i]! + (guess[i]! - there[i]!) / deviationNext));
  return { x: Float32Array.from(moved, (y) => y * Math.sqrt(to)), x0: there };
}
