import type { AnyPlan } from "@clipwork/engine";
import type { Provenance } from "../worker/worker-protocol.ts";
import {
  compareFacts,
  comparePixels,
  type DifferentFact,
  differentValues,
  isWithinTolerance,
  type PixelDistance,
} from "./compare-runs.ts";
import type { RecordedOutput } from "./read-output.ts";
import { haveEqualFiles } from "./run-record.ts";

/** The result of running the workflow of an output again. */
export type ReplayVerdict = {
  /** close: not equal, but within `tolerance`, which counts only if the numerics differ. */
  readonly outcome: "equal" | "close" | "different";
  /** The first node in topological order whose value is not the recorded one; undefined if there is none, or none was recorded. */
  readonly first: { readonly node: string; readonly item: number } | undefined;
  /** How many values the output records, and how many of them differ now. */
  readonly values: { readonly recorded: number; readonly different: number };
  /** Undefined for pictures of different sizes, and for other outputs than pictures. */
  readonly distance: PixelDistance | undefined;
  /** What has changed since the output was made. */
  readonly facts: readonly DifferentFact[];
};

/**
 * Compares an output with the one that a run of its workflow has just made; `now` is undefined if that run has no such output.
 * `provenance` is that run's.
 */
export function judgeReplay(options: {
  readonly before: RecordedOutput;
  readonly now: RecordedOutput | undefined;
  readonly provenance: Provenance;
  readonly plan: AnyPlan;
}): ReplayVerdict {
  const { before, now, provenance, plan } = options;
  const { record } = before;
  const used = new Set(
    plan.nodes.flatMap(({ params, stages }) => Object.keys(stages).map((stage) => `${params.pack}/${stage}`)),
  );
  const facts = compareFacts(record, provenance, (stage) => used.has(stage));
  const different = record.values.length > 0 ? differentValues(record.values, now?.record.values ?? []) : [];
  const distance = before.picture && now?.picture && comparePixels(before.picture, now.picture);
  const otherNumerics = facts.some(({ fact }) => fact === "numerics");
  const close = otherNumerics && distance !== undefined && isWithinTolerance(distance);
  return {
    outcome: now && haveEqualFiles(record, now.record) ? "equal" : close ? "close" : "different",
    first: different[0],
    values: { recorded: record.values.length, different: different.length },
    distance,
    facts,
  };
}
