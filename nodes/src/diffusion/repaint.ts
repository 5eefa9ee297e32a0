import { addNoise } from "./forward.ts";
import type { Sampler } from "./sampler.ts";
import { alphaBarAt, type Step } from "./schedule.ts";

/**
 * The steps of RePaint (Lugmayr et al. 2022, section 4.2 and the schedule of its code): after each `jump` steps the sample is noised back
 * by as many and they are taken again, until they were taken `times` times. Where a step does not begin at the timestep that the one before
 * it led to, noise was added between the two.
 */
export function repaintSteps(steps: readonly Step[], times: number, jump: number): Step[] {
  const left = new Map<number, number>();
  for (let level = 0; level < steps.length - jump; level += jump) left.set(level, times - 1);
  const path: Step[] = [];
  for (let level = steps.length - 1; level >= 0; ) {
    path.push({ ...steps[steps.length - 1 - level]!, index: path.length + 1 });
    level--;
    const again = left.get(level) ?? 0;
    if (again === 0) continue;
    left.set(level, again - 1);
    level += jump;
  }
  return path;
}

/** What repainting holds on to. */
export type Known = {
  /** The clean sample, flat. */
  readonly sample: Float32Array;
  /** Whether the sample's number at this place is to be painted anew. */
  readonly isPainted: (i: number) => boolean;
  /** Standard normals of the known part's noise, and of the noise between two steps. */
  readonly noise: (step: number, what: "known" | "between") => Float32Array;
};

/**
 * A sampler that keeps what is known (Lugmayr et al. 2022, algorithm 1): after each step of `inner` the known numbers are those of the
 * clean sample, noised to where the step led (equation 8a); and if `path` goes on from a noisier timestep, everything is noised to that
 * one (line 9). The last step leaves the known numbers as they are in the clean sample, bit for bit.
 */
export function repaint(inner: Sampler, path: readonly Step[], { sample, isPainted, noise }: Known): Sampler {
  return (moment) => {
    const { schedule, step } = moment;
    const { x, x0 } = inner(moment);
    const keep = (painted: Float32Array, known: Float32Array) =>
      painted.map((value, i) => (isPainted(i) ? value : known[i]!));
    const to = alphaBarAt(schedule, step.previous);
    const known = step.previous < 0 ? sample : addNoise(sample, noise(step.index, "known"), { from: 1, to });
    const joined = keep(x, known);
    const next = path[step.index]?.timestep ?? step.previous;
    const between = () => addNoise(joined, noise(step.index, "between"), { from: to, to: alphaBarAt(schedule, next) });
    return { x: next === step.previous ? joined : between(), x0: keep(x0, sample) };
  };
}
