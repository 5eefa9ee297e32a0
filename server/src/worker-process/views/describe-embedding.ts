import type { View } from "../../wire/wire.ts";

const maxBars = 128;

/** A vector as bars, with its norm; with another of the same length beside it, their cosine: a · b / (|a| |b|). */
export function describeEmbedding(numbers: Float32Array, beside: Float32Array | undefined): View {
  const norm = Math.hypot(...numbers);
  const view = { kind: "embedding", size: numbers.length, bars: pool(numbers), norm: short(norm) } as const;
  if (beside?.length !== numbers.length) return view;
  const dot = numbers.reduce((sum, value, i) => sum + value * beside[i]!, 0);
  const cosine = dot / (norm * Math.hypot(...beside));
  return Number.isFinite(cosine) ? { ...view, cosine: short(cosine) } : view;
}

/** The numbers, or the means of runs of them if there are more than 128. */
function pool(values: Float32Array): number[] {
  const count = Math.min(maxBars, values.length);
  return Array.from({ length: count }, (_, bar) => {
    const part = values.subarray(
      Math.floor((bar * values.length) / count),
      Math.floor(((bar + 1) * values.length) / count),
    );
    return short(part.reduce((sum, value) => sum + value, 0) / part.length);
  });
}

/** Four digits are enough for a bar. What JSON cannot hold becomes 0. */
function short(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : 0;
}
