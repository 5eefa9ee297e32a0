import { type Moment, type Moved, predictX0, type Remembered, type Sampler } from "./sampler.ts";
import { alphaBarAt, type Schedule } from "./schedule.ts";

/**
 * DPM-Solver++(2M) (Lu et al. 2022, "DPM-Solver++", algorithm 2 in its midpoint form), or its SDE-DPM-Solver++(2M) (appendix A), as
 * diffusers' DPMSolverMultistepScheduler takes them. It extrapolates from the x0 of this step and of the one before. From t to an earlier
 * p, with α = √ᾱ, σ = √(1 - ᾱ), λ = ln(α / σ), h = λ_p - λ_t, the step before from s to t, r = (λ_t - λ_s) / h, and clipped x0:
 *
 *   D = x0_t + (x0_t - x0_s) / 2r
 *   x_p = (σ_p / σ_t) x_t + α_p (1 - e^-h) D
 *   x_p = (σ_p / σ_t) e^-h x_t + α_p (1 - e^-2h) D + σ_p √(1 - e^-2h) n    (SDE)
 *
 * The first step knows no x0_s and takes D = x0_t; the last leads to x0_t itself.
 */
export function dpmSolver({ noisy }: { readonly noisy: boolean }): Sampler {
  return (moment) => stepDpmSolver(moment, noisy);
}

function stepDpmSolver(moment: Moment, noisy: boolean): Moved {
  const { schedule, step, x } = moment;
  const x0 = predictX0(moment);
  const past = [{ timestep: step.timestep, values: x0 }];
  if (step.previous < 0) return { x: x0.slice(), x0 };

  const from = levelAt(schedule, step.timestep);
  const to = levelAt(schedule, step.previous);
  const h = to.lambda - from.lambda;
  const decay = Math.exp(noisy ? -2 * h : -h);
  const kept = (to.sigma / from.sigma) * (noisy ? Math.exp(-h) : 1);
  const added = to.alpha * (1 - decay);
  const extrapolated = extrapolate(moment, x0, h);
  const next = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) next[i] = kept * x[i]! + added * extrapolated(i);
  if (noisy) {
    const noise = moment.noise();
    const deviation = to.sigma * Math.sqrt(1 - decay);
    for (let i = 0; i < x.length; i++) next[i]! += deviation * noise[i]!;
  }
  return { x: next, x0, past };
}

/** D at each place. */
function extrapolate({ schedule, step, past }: Moment, x0: Float32Array, h: number): (i: number) => number {
  const earlier: Remembered | undefined = past?.[0];
  if (!earlier) return (i) => x0[i]!;
  const ratio = (levelAt(schedule, step.timestep).lambda - levelAt(schedule, earlier.timestep).lambda) / h;
  return (i) => x0[i]! + (x0[i]! - earlier.values[i]!) / (2 * ratio);
}

/** α, σ and the half logarithm of the signal-to-noise ratio λ at a timestep. */
function levelAt(schedule: Schedule, timestep: number) {
  const alphaBar = alphaBarAt(schedule, timestep);
  return {
    alpha: Math.sqrt(alphaBar),
    sigma: Math.sqrt(1 - alphaBar),
    lambda: Math.log(alphaBar / (1 - alphaBar)) / 2,
  };
}
