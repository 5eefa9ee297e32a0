import { type Moment, type Moved, predictX0, type Sampler } from "./sampler.ts";
import { alphaBarAt, finalAlphaBarAt } from "./schedule.ts";

/**
 * A DDIM step over the same strided timesteps (Song et al. 2021, equations 12 and 16). `eta` 0 is deterministic, 1 as random
 * as DDPM. From t to an earlier p:
 *
 *   σ = η √((1 - ᾱ_p) / (1 - ᾱ_t)) √(1 - ᾱ_t / ᾱ_p)
 *   x_p = √ᾱ_p x0 + √(1 - ᾱ_p - σ²) ε + σ n
 *
 * ε is derived from x_t and the clamped x0, as GLIDE does, so that both describe one point. The last step leads to where the scheduler
 * ends.
 */
export function ddim(eta: number): Sampler {
  return (moment) => stepDdim(moment, finalAlphaBarAt(moment.schedule, moment), eta);
}

/**
 * An Euler step of the probability flow ODE in x / √ᾱ over the noise's deviation √(1 - ᾱ) / √ᾱ (Karras et al. 2022, algorithm 1 without
 * its second half; diffusers' EulerDiscreteScheduler). It is the DDIM step of η 0 that ends at the clean sample.
 */
export function stepEuler(moment: Moment): Moved {
  return stepDdim(moment, alphaBarAt(moment.schedule, moment.step.previous), 0);
}

function stepDdim(moment: Moment, alphaBarPrevious: number, eta: number): Moved {
  const { schedule, step, x } = moment;
  const x0 = predictX0(moment);
  const alphaBar = alphaBarAt(schedule, step.timestep);
  const sigma = eta * Math.sqrt(((1 - alphaBarPrevious) / (1 - alphaBar)) * (1 - alphaBar / alphaBarPrevious));
  const signal = Math.sqrt(alphaBar);
  const rest = Math.sqrt(1 - alphaBar);
  const signalPrevious = Math.sqrt(alphaBarPrevious);
  const direction = Math.sqrt(Math.max(1 - alphaBarPrevious - sigma * sigma, 0));

  const next = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const epsilon = (x[i]! - signal * x0[i]!) / rest;
    next[i] = signalPrevious * x0[i]! + direction * epsilon;
  }
  if (sigma > 0) {
    const noise = moment.noise();
    for (let i = 0; i < next.length; i++) next[i]! += sigma * noise[i]!;
  }
  return { x: next, x0 };
}
