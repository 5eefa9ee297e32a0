import type { AskingSampler, Moment, Moved } from "./sampler.ts";
import { alphaBarAt, type Schedule, type Step } from "./schedule.ts";

/** The steps of a sampler from the picture back to the noise: the same pairs of timesteps, the last first. */
export function inverted(steps: readonly Step[]): Step[] {
  return steps.toReversed().map((step, i) => ({ ...step, index: i + 1 }));
}

/**
 * A DDIM step backwards, from x at the earlier `previous` p to `timestep` t (Dhariwal and Nichol 2021, appendix F; diffusers'
 * DDIMInverseScheduler):
 *
 *   x0 = (x_p - √(1 - ᾱ_p) ε) / √ᾱ_p
 *   x_t = √ᾱ_t x0 + √(1 - ᾱ_t) ε
 *
 * ε is what the network predicts for t. Only at x_t itself would it be that of the forward step, so this is a first guess of x_t, which
 * `correctDdimInverse` improves. x0 is never clamped: a clamped one forgets where it came from.
 */
export function stepDdimInverse({ schedule, step, x, output: epsilon }: Moment): Moved {
  const { signal, rest } = levelAt(schedule, step.timestep);
  const earlier = levelAt(schedule, step.previous);
  const x0 = new Float32Array(x.length);
  const next = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const clean = (x[i]! - earlier.rest * epsilon[i]!) / earlier.signal;
    x0[i] = clean;
    next[i] = signal * clean + rest * epsilon[i]!;
  }
  return { x: next, x0 };
}

/**
 * A better x_t from a guess `at` of it, with the ε that the network predicts there as the moment's output: one turn of the fixed-point
 * iteration for the x_t whose forward DDIM step (η 0, x0 not clamped) ends in x_p.
 *
 * That step is a rotation by δ = φ_t - φ_p, with cos φ = √ᾱ and v = √ᾱ_t ε - √(1 - ᾱ_t) x0 (Salimans and Ho 2022, appendix D):
 * x_p = cos δ x_t - sin δ v. With the guess's v this is solved by x_t = (x_p + sin δ v) / cos δ. With its ε instead, the iteration
 * would hardly move near pure noise, where ε is almost x_t itself.
 */
export function correctDdimInverse({ schedule, step, x, output: epsilon }: Moment, at: Float32Array): Moved {
  const { signal, rest } = levelAt(schedule, step.timestep);
  const earlier = levelAt(schedule, step.previous);
  const sine = rest * earlier.signal - signal * earlier.rest;
  const cosine = signal * earlier.signal + rest * earlier.rest;
  const x0 = new Float32Array(x.length);
  const next = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const clean = (at[i]! - rest * epsilon[i]!) / signal;
    const v = signal * epsilon[i]! - rest * clean;
    x0[i] = clean;
    next[i] = (x[i]! + sine * v) / cosine;
  }
  return { x: next, x0 };
}

/** Steps of DDIM inversion, each corrected so often; a correction is one more call of the network. */
export function ddimInverse(corrections: number): AskingSampler {
  return async (moment, predict) => {
    let moved = stepDdimInverse(moment);
    for (let i = 0; i < corrections; i++)
      moved = correctDdimInverse({ ...moment, output: await predict(moved.x, moment.step) }, moved.x);
    return moved;
  };
}

/** √ᾱ and √(1 - ᾱ) at a timestep. */
function levelAt(schedule: Schedule, timestep: number) {
  const alphaBar = alphaBarAt(schedule, timestep);
  return { signal: Math.sqrt(alphaBar), rest: Math.sqrt(1 - alphaBar) };
}
