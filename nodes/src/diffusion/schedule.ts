import type { SamplerName, Scheduler } from "@clipwork/models";

/** The noise schedule of a trained network, in the precision diffusers uses: tables are float32, so results match. */
export type Schedule = {
  /** β_t, float32, by timestep. */
  readonly beta: Float32Array;
  /** ᾱ_t = Π (1 - β_s) for s ≤ t, float32 (accumulated in float64, as torch does), by timestep. */
  readonly alphaBar: Float32Array;
};

/** The tables of a scheduler. */
export function scheduleOf({ trainTimesteps, betas }: Pick<Scheduler, "trainTimesteps" | "betas">): Schedule {
  switch (betas.kind) {
    case "cosine":
      return cosineSchedule(trainTimesteps);
    case "linear":
      return linearSchedule(trainTimesteps, betas.start, betas.end);
    case "scaled-linear":
      return scaledLinearSchedule(trainTimesteps, betas.start, betas.end);
    case "table":
      return tables(Float32Array.from(betas.values));
  }
}

/**
 * The cosine schedule `squaredcos_cap_v2` (Nichol and Dhariwal 2021, equation 17): ᾱ(s) = cos²((s + 0.008) / 1.008 · π/2),
 * β_i = min(1 - ᾱ((i + 1) / T) / ᾱ(i / T), 0.999).
 */
export function cosineSchedule(trainTimesteps: number): Schedule {
  const exact = (s: number) => Math.cos((((s + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  const beta = (t: number) => Math.min(1 - exact((t + 1) / trainTimesteps) / exact(t / trainTimesteps), 0.999);
  return tables(Float32Array.from({ length: trainTimesteps }, (_, t) => beta(t)));
}

/** β rises in equal steps from `start` to `end` (Ho et al. 2020, section 4; diffusers' `linear`). */
function linearSchedule(trainTimesteps: number, start: number, end: number): Schedule {
  return tables(evenly(trainTimesteps, start, end));
}

/** √β rises in equal steps (latent diffusion, Rombach et al. 2022, in its code; diffusers' `scaled_linear`). */
function scaledLinearSchedule(trainTimesteps: number, start: number, end: number): Schedule {
  return tables(evenly(trainTimesteps, Math.sqrt(start), Math.sqrt(end)).map((root) => root * root));
}

/** `count` numbers in equal steps, both ends among them, float32. */
function evenly(count: number, start: number, end: number): Float32Array {
  const step = count === 1 ? 0 : (end - start) / (count - 1);
  return Float32Array.from({ length: count }, (_, i) => start + i * step);
}

function tables(beta: Float32Array): Schedule {
  const alphaBar = new Float32Array(beta.length);
  let product = 1;
  for (const [t, b] of beta.entries()) {
    product *= Math.fround(1 - b);
    alphaBar[t] = product;
  }
  return { beta, alphaBar };
}

/** One step of a sampler: from x at `timestep` to x at `previous`; -1 is the finished sample, where ᾱ is 1. */
export type Step = {
  /** From 1, as in the noise's counter. */
  readonly index: number;
  readonly timestep: number;
  readonly previous: number;
};

/**
 * The steps of a scheduler, `count` of them: its own timesteps if it lists that many, else timesteps spaced over 0 … T - 1
 * as its spacing says. A step leads to the timestep of the next one, and the last to the finished sample.
 *
 * DPM-Solver++ leads to the finished sample from one timestep earlier: spacings that come down to the lowest timestep are those of one
 * step more without the last (diffusers' DPMSolverMultistepScheduler, whose `linspace` is the spacing of unCLIP).
 */
export function stepsOf(
  {
    trainTimesteps,
    spacing,
    offset,
    timesteps,
  }: Pick<Scheduler, "trainTimesteps" | "spacing" | "offset" | "timesteps">,
  count: number,
  sampler: SamplerName = "ddpm",
): Step[] {
  if (timesteps?.length === count) return stepsThrough(timesteps);
  if (spacing === "trailing") return stepsThrough(trailing(trainTimesteps, count));
  const down = (steps: number) =>
    spacing === "unclip" ? respaced(trainTimesteps, steps) : leading(trainTimesteps, steps, offset);
  const early = sampler.startsWith("dpm++");
  return stepsThrough(early ? down(count + 1).slice(0, -1) : down(count));
}

/**
 * The steps of UnCLIPScheduler: timesteps evenly spaced over 0 … T - 1 with both ends, descending, ties rounded to even as
 * NumPy does (7 steps: 999, 832, 666, 500, 333, 166, 0). One step, which diffusers cannot do (it divides by zero), goes from
 * T - 1 straight to the finished sample.
 */
export function respace(trainTimesteps: number, count: number): Step[] {
  return stepsThrough(respaced(trainTimesteps, count));
}

function respaced(trainTimesteps: number, count: number): number[] {
  const ratio = (trainTimesteps - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) =>
    count === 1 ? trainTimesteps - 1 : roundHalfToEven((count - 1 - index) * ratio),
  );
}

/** Multiples of ⌊T / n⌋ from 0, each plus the offset (Lin et al. 2024, table 2, "leading"; diffusers' `timestep_spacing`). */
function leading(trainTimesteps: number, count: number, offset: number): number[] {
  const ratio = Math.floor(trainTimesteps / count);
  return Array.from({ length: count }, (_, index) => (count - 1 - index) * ratio + offset);
}

/** T, T - T / n, … rounded, each less 1, so that sampling begins at T - 1 (Lin et al. 2024, table 2, "trailing"). */
function trailing(trainTimesteps: number, count: number): number[] {
  const ratio = trainTimesteps / count;
  return Array.from({ length: count }, (_, index) => roundHalfToEven(trainTimesteps - index * ratio) - 1);
}

function stepsThrough(timesteps: readonly number[]): Step[] {
  return timesteps.map((timestep, index) => ({ index: index + 1, timestep, previous: timesteps[index + 1] ?? -1 }));
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** ᾱ at a timestep, 1 for the finished sample. */
export function alphaBarAt(schedule: Schedule, timestep: number): number {
  return timestep < 0 ? 1 : schedule.alphaBar[timestep]!;
}

/** ᾱ where a step of ddim or pndm leads: the last one ends at that of timestep 0 if the scheduler says so (diffusers' `set_alpha_to_one`). */
export function finalAlphaBarAt(
  schedule: Schedule,
  { step, config }: { readonly step: Step; readonly config: Pick<Scheduler, "finalAlphaBar"> },
): number {
  return alphaBarAt(schedule, step.previous < 0 && config.finalAlphaBar === "first" ? 0 : step.previous);
}
