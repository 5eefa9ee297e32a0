import { type Moment, type Moved, predictX0 } from "./sampler.ts";
import { alphaBarAt } from "./schedule.ts";

/**
 * One ancestral (DDPM) step over strided timesteps, as diffusers' UnCLIPScheduler and DDPMScheduler take it. From t to an
 * earlier p, with β = 1 - ᾱ_t / ᾱ_p (the papers' β_t if p = t - 1) and α = 1 - β:
 *
 *   μ = (√ᾱ_p β / (1 - ᾱ_t)) x0 + (√α (1 - ᾱ_p) / (1 - ᾱ_t)) x_t    (Ho et al. 2020, equation 7)
 *   x_p = μ + σ n, with no noise at t = 0
 *
 * σ² is β̃ = β (1 - ᾱ_p) / (1 - ᾱ_t), the variance of the posterior and the smaller bound (diffusers' `fixed_small` and
 * `fixed_small_log`, which differ in the order of rounding alone), between β̃ and β if the network decides (`learned_range`), or 0.
 * A step that finishes the sample has β̃ = 0. From t = 0 it adds no noise; from a later t (leading spacing with an offset) the network
 * may still choose more than that, as it does in DDPMScheduler.
 */
export function stepUnclip(moment: Moment): Moved {
  const { schedule, step, x, output } = moment;
  const { fround } = Math;
  const x0 = predictX0(moment);
  const alphaBar = alphaBarAt(schedule, step.timestep);
  const alphaBarPrevious = alphaBarAt(schedule, step.previous);
  const rest = fround(1 - alphaBar);
  const restPrevious = fround(1 - alphaBarPrevious);
  // Only UnCLIPScheduler looks β_t up if p = t - 1; at the last step its table differs from the quotient in the fifth digit.
  const tabled = moment.config.spacing === "unclip" && step.previous === step.timestep - 1;
  const beta = tabled ? schedule.beta[step.timestep]! : fround(1 - fround(alphaBar / alphaBarPrevious));
  const alpha = fround(1 - beta);

  const weightX0 = fround(fround(fround(Math.sqrt(alphaBarPrevious)) * beta) / rest);
  const weightX = fround(fround(fround(Math.sqrt(alpha)) * restPrevious) / rest);
  const next = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) next[i] = weightX0 * x0[i]! + weightX * x[i]!;
  const { variance } = moment.config;
  const still = step.previous < 0 && (variance !== "learned-range" || step.timestep === 0);
  if (still || variance === "none") return { x: next, x0 };

  const noise = moment.noise();
  const smallest = Math.max(fround(fround(restPrevious / rest) * beta), leastVariance);
  if (variance === "learned-range") {
    addLearnedNoise(next, noise, output.subarray(x.length), smallest, beta);
  } else {
    const sigma = Math.sqrt(smallest);
    for (let i = 0; i < next.length; i++) next[i]! += sigma * noise[i]!;
  }
  return { x: next, x0 };
}

/** Of β̃ in diffusers, which takes its logarithm. */
const leastVariance = 1e-20;

/**
 * Adds noise whose variance the network chose between the two bounds, the smaller β̃ and the larger β:
 * log σ² = f log β + (1 - f) log β̃ with f = (v + 1) / 2 (Nichol and Dhariwal 2021, equation 15, whose v is f).
 */
function addLearnedNoise(
  x: Float32Array,
  noise: Float32Array,
  v: Float32Array,
  smallest: number,
  largest: number,
): void {
  const minLog = Math.log(smallest);
  const maxLog = Math.log(largest);
  for (let i = 0; i < x.length; i++) {
    const fraction = (v[i]! + 1) / 2;
    x[i]! += Math.exp(0.5 * (fraction * maxLog + (1 - fraction) * minLog)) * noise[i]!;
  }
}
