import type { Scheduler } from "@clipwork/models";
import { alphaBarAt, cosineSchedule } from "../../nodes/src/diffusion/schedule.ts";
import { positions, type Stage, type Totals, type ToyboxGolden } from "./toybox-golden.ts";

/** How far one step may be from the reference's when both are given the same x_t. */
export const taughtBound = 1e-4;
/** How far any x_t, and the finished sample, may be from the reference's when every step goes on from its own last one. */
export const freeBound = 1e-3;
/**
 * Epsilon's own bound where x0 cannot be compared plainly: where one unit in the last place of epsilon (2^-22 at 2 to 4) moves
 * x0 by more than the bound, which is t = 999 alone, by 20,000 units. There an element of x0 and of x_{t-1} may differ from the
 * reference's by the bound and by what its own difference in epsilon makes of it, which is nothing where epsilon is equal
 * (docs/decisions/0012-toybox-parity.md).
 */
export const epsilonBound = 2e-6;
const lastPlace = 2 ** -22;

/** One comparison: the largest error that was found, and what is allowed. */
export type Finding = { readonly what: string; readonly error: number; readonly bound: number };

export const violations = (findings: readonly Finding[]) => findings.filter(({ error, bound }) => !(error <= bound));

export const worst = (findings: readonly Finding[], what: RegExp) =>
  Math.max(0, ...findings.filter((finding) => what.test(finding.what)).map(({ error }) => error));

/** One step of a node: the network's rows, the unguided first, the x0 it predicted and the x it came to. */
export type NodeStep = {
  readonly outputs: readonly Float32Array[];
  readonly x0: Float32Array;
  readonly next: Float32Array;
};

/** Largest difference beyond what is allowed to each element; NaN where either is. */
function largest(actual: ArrayLike<number>, expected: ArrayLike<number>, allowance?: readonly number[]): number {
  if (actual.length !== expected.length) return Number.NaN;
  let error = 0;
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs(actual[i]! - expected[i]!) - (allowance?.[i] ?? 0));
  }
  return error;
}

const pick = (whole: Float32Array, places: readonly number[]) => Float32Array.from(places, (place) => whole[place]!);

/** Sum and largest magnitude speak for the positions that the golden leaves out; errors in a sum have no common sign. */
function checkTotals(
  what: string,
  whole: Float32Array,
  { sums, maxima }: Totals,
  index: number,
  bound: number,
): Finding[] {
  let sum = 0;
  let maximum = 0;
  for (const value of whole) {
    sum += value;
    maximum = Math.max(maximum, Math.abs(value));
  }
  return [
    { what: `${what}, sum`, error: Math.abs(sum - sums[index]!), bound: bound * Math.sqrt(whole.length) },
    { what: `${what}, largest magnitude`, error: Math.abs(maximum - maxima[index]!), bound },
  ];
}

/** Compares the states x_t of a free run, one for each step. `name` is the golden's section. */
export function checkStates(golden: ToyboxGolden, name: Stage | "ddim", samples: readonly Float32Array[]): Finding[] {
  const { length, timesteps, states } = name === "ddim" ? golden.ddim : golden.stages[name];
  const { data, shape } = golden.rows(name === "ddim" ? "ddim/states" : `${name}/free/states`);
  const places = positions(length, shape[1]!);
  const findings: Finding[] = [
    { what: `${name}: number of steps`, error: Math.abs(samples.length - timesteps.length), bound: 0 },
  ];
  for (const [i, x] of samples.slice(0, timesteps.length).entries()) {
    const what = `${name} free x before step ${i + 1}`;
    const expected = data.subarray(i * places.length, (i + 1) * places.length);
    findings.push({ what, error: largest(pick(x, places), expected), bound: freeBound });
    findings.push(...checkTotals(what, x, states, i, freeBound));
  }
  return findings;
}

/** Compares a finished sample, whole. */
export function checkFinal(what: string, actual: Float32Array, expected: ArrayLike<number>): Finding {
  return { what: `${what} free final`, error: largest(actual, expected), bound: freeBound };
}

/** What a stage's numbers mean, beside its golden. */
export type StageFacts = {
  readonly scheduler: Scheduler;
  readonly guidanceScale: number;
  /** What the node makes of an x0 that it shows, and of its finished sample, element by element. */
  readonly shownX0: (value: number, i: number) => number;
  readonly finished: (value: number, i: number) => number;
};

/** Compares one taught step: the network's rows, the predicted x0 and x_{t-1}. */
export function checkTaughtStep(
  golden: ToyboxGolden,
  stage: Stage,
  step: number,
  found: NodeStep,
  facts: StageFacts,
): Finding[] {
  const { length, timesteps, taught } = golden.stages[stage];
  const [outputs, x0, next] = ["outputs", "x0", "next"].map((kind) => {
    const { data, shape } = golden.rows(`${stage}/taught/${kind}`);
    return data.subarray((step - 1) * shape[1]!, step * shape[1]!);
  }) as [Float64Array, Float64Array, Float64Array];
  const places = positions(length, x0.length);
  const actual = found.outputs.flatMap((row) =>
    Array.from({ length: row.length / length }, (_, part) =>
      pick(row.subarray(part * length, (part + 1) * length), places),
    ),
  );
  const expected = actual.map((_, part) => outputs.subarray(part * places.length, (part + 1) * places.length));

  const isLast = step === timesteps.length;
  const shown = x0.map((value, i) => facts.shownX0(value, places[i]!));
  const came = isLast ? next.map((value, i) => facts.finished(value, places[i]!)) : next;
  const what = (kind: string) => `${stage} taught step ${step} ${kind}`;
  const findings: Finding[] = [
    { what: what("rows of output"), error: outputs.length - actual.length * places.length, bound: 0 },
    ...actual.map((part, i) => ({ what: what("output"), error: largest(part, expected[i]!), bound: taughtBound })),
  ];
  const { amplification, weightX0 } = epsilonToX0(timesteps[step - 1]!, timesteps[step] ?? -1);
  if (facts.scheduler.prediction === "epsilon" && amplification * lastPlace > taughtBound) {
    const moved = differences(actual, expected, facts.guidanceScale);
    const inX0 = moved.map((difference) => amplification * difference);
    const inNext = inX0.map((difference) => weightX0 * difference);
    return [
      ...findings,
      { what: what("epsilon"), error: Math.max(...moved), bound: epsilonBound },
      { what: what("x0 beyond its epsilon"), error: largest(pick(found.x0, places), shown, inX0), bound: taughtBound },
      {
        what: what("next beyond its epsilon"),
        error: largest(pick(found.next, places), came, inNext),
        bound: taughtBound,
      },
    ];
  }
  return [
    ...findings,
    { what: what("x0"), error: largest(pick(found.x0, places), shown), bound: taughtBound },
    { what: what("next"), error: largest(pick(found.next, places), came), bound: taughtBound },
    ...(places.length === length ? [] : checkTotals(what("x0"), found.x0, taught.x0, step - 1, taughtBound)),
    ...(isLast ? [] : checkTotals(what("next"), found.next, taught.next, step - 1, taughtBound)),
  ];
}

/**
 * By how much each element of guided epsilon may differ, seen from the differences of the two rows, whose parts are epsilon
 * and its variance. Nothing where both rows are equal; otherwise the arithmetic behind them may round differently as well.
 */
function differences(actual: readonly Float32Array[], expected: readonly Float64Array[], scale: number): number[] {
  const of = (part: number) => Array.from(actual[part]!, (value, i) => Math.abs(value - expected[part]![i]!));
  const [unguided, guided] = [of(0), of(2)];
  return guided.map((difference, i) => {
    const moved = scale * difference + (scale - 1) * unguided[i]!;
    return moved > 0 ? moved + 2 * lastPlace : 0;
  });
}

/** How much x0 moves with epsilon, and x_{t-1} with x0, in a step of UnCLIPScheduler. */
function epsilonToX0(timestep: number, previous: number): { amplification: number; weightX0: number } {
  const schedule = cosineSchedule(1000);
  const alphaBar = alphaBarAt(schedule, timestep);
  const alphaBarPrevious = alphaBarAt(schedule, previous);
  const beta = 1 - alphaBar / alphaBarPrevious;
  return {
    amplification: Math.sqrt((1 - alphaBar) / alphaBar),
    weightX0: (Math.sqrt(alphaBarPrevious) * beta) / (1 - alphaBar),
  };
}
