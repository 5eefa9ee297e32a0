import { defineKind } from "@clipwork/engine";
import { npyMedia, writeNpy } from "./npy.ts";
import { plotOption } from "./plot-option.ts";

/**
 * Principal components of a CLIP space: z = mean + Σ_k a_k · component_k, with a_k = (z - mean) · component_k. All D directions are
 * there, by decreasing variance.
 */
export type BasisValue = {
  /** [D] */
  readonly mean: Float32Array;
  /** [D, D], row-major: one direction of length 1 a row. */
  readonly components: Float32Array;
  /** [D]: the variance along each direction. */
  readonly eigenvalues: Float32Array;
};

/** How far eigenvalues may stand out of order by rounding, as a share of the largest. */
const rounding = 1e-5;

export const basis = defineKind<BasisValue>({
  kind: "basis",
  hue: 208,
  card: "square",
  check(value) {
    const { mean, components, eigenvalues } = Object(value) as { [field: string]: unknown };
    if (!(mean instanceof Float32Array) || mean.length === 0) return "is not a basis: it has no float32 mean";
    const size = mean.length;
    if (!(components instanceof Float32Array) || components.length !== size * size)
      return `is not a basis: ${size} directions of ${size} numbers need ${size * size} float32 components`;
    if (!(eigenvalues instanceof Float32Array) || eigenvalues.length !== size)
      return `is not a basis: it needs ${size} float32 eigenvalues`;
    const slack = rounding * Math.abs(eigenvalues[0]!);
    return eigenvalues.every((value, k) => value >= -slack && (k === 0 || value <= eigenvalues[k - 1]! + slack))
      ? undefined
      : "is not a basis: its eigenvalues do not fall from the largest to 0 or more";
  },
  view({ eigenvalues }) {
    const title = `Variance along ${eigenvalues.length} directions`;
    const series = [{ name: "variance", x: Array.from(eigenvalues, (_, k) => k + 1), y: [...eigenvalues] }];
    const plot = { plot: "line", title, xLabel: "direction", yLabel: "variance", series } as const;
    return { kind: "plot", title, chart: plotOption(plot) };
  },
  publish: ({ mean, components, eigenvalues }) => [
    { ending: ".components.npy", media: npyMedia, bytes: writeNpy(components, mean.length, mean.length) },
    { ending: ".mean.npy", media: npyMedia, bytes: writeNpy(mean, 1, mean.length) },
    { ending: ".eigenvalues.npy", media: npyMedia, bytes: writeNpy(eigenvalues, 1, mean.length) },
  ],
});
