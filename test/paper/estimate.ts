import { bootstrap, type Interval, wilson } from "../../nodes/src/statistics/interval.ts";

/** A figure with its 95 % interval. */
export type Estimate = Interval & { readonly value: number };

export type Direction = "holds" | "does not hold" | "cannot be told";

/** The share of items that are so, with Wilson's interval. Items that were not asked, null, count nowhere. Throws if none was asked. */
export function share(items: readonly (boolean | null)[]): Estimate {
  const asked = items.filter((item) => item !== null);
  if (asked.length === 0) throw new Error("There is no item to take a share of.");
  const right = asked.filter(Boolean).length;
  return { value: right / asked.length, ...wilson(right, asked.length) };
}

/** The mean, with a bootstrap interval of seed 0. Throws for no values. */
export function mean(values: readonly number[]): Estimate {
  if (values.length === 0) throw new Error("There is no value to take a mean of.");
  const of = (indices: Iterable<number>) => {
    const picked = Array.from(indices, (i) => values[i]!);
    return picked.reduce((sum, one) => sum + one, 0) / picked.length;
  };
  return { value: of(values.keys()), ...bootstrap(values.length, of, { seed: 0 }) };
}

/**
 * a - b, with the interval that follows from theirs (MOVER: Zou and Donner 2008, "Construction of confidence intervals about effect
 * measures"; of two Wilson intervals it is Newcombe's, 1998). It takes a and b as independent: where both saw the same captions and
 * noise it is rather too wide.
 */
export function difference(a: Estimate, b: Estimate): Estimate {
  const value = a.value - b.value;
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}

/** Whether a difference is above zero, as its whole interval says. */
export function directionOf({ low, high }: Interval): Direction {
  if (low > 0) return "holds";
  return high < 0 ? "does not hold" : "cannot be told";
}
