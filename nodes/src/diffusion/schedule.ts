/** The noise schedule of a trained network, in the precision diffusers uses: tables are float32, so results are its. */
export type Schedule = {
  /** β_t, float32, by timestep. */
  readonly beta: Float32Array;
  /** ᾱ_t = Π (1 - β_s) for s ≤ t, float32 (accumulated in float64, as torch does), by timestep. */
  readonly alphaBar: Float32Array;
};

/**
 * The cosine schedule `squaredcos_cap_v2` (Nichol and Dhariwal 2021, equation 17): ᾱ(s) = cos²((s + 0.008) / 1.008 · π/2),
 * β_i = min(1 - ᾱ((i + 1) / T) / ᾱ(i / T), 0.999).
 */
export function cosineSchedule(trainTimesteps: number): Schedule {
  const exact = (s: number) => Math.cos((((s + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  const beta = new Float32Array(trainTimesteps);
  const alphaBar = new Float32Array(trainTimesteps);
  let product = 1;
  for (let t = 0; t < trainTimesteps; t++) {
    beta[t] = Math.min(1 - exact((t + 1) / trainTimesteps) / exact(t / trainTimesteps), 0.999);
    product *= Math.fround(1 - beta[t]!);
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
 * The steps of UnCLIPScheduler: timesteps evenly spaced over 0 … T - 1 with both ends, descending, ties rounded to even as
 * NumPy does (7 steps: 999, 832, 666, 500, 333, 166, 0). One step, which diffusers cannot do (it divides by zero), goes from
 * T - 1 straight to the finished sample.
 */
export function respace(trainTimesteps: number, count: number): Step[] {
  const ratio = (trainTimesteps - 1) / (count - 1);
  const timesteps = Array.from({ length: count }, (_, index) =>
    count === 1 ? trainTimesteps - 1 : roundHalfToEven((count - 1 - index) * ratio),
  );
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
