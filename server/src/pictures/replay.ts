import { type RunEnd, readValue } from "@clipwork/engine";
import { toRgb8 } from "@clipwork/nodes";
import type { PreparedRun } from "../documents/prepare-run.ts";
import type { DiskStore } from "../values/disk-store.ts";
import type { Provenance } from "../worker/worker-protocol.ts";
import {
  compareFacts,
  comparePixels,
  type DifferentFact,
  differentValues,
  isWithinTolerance,
  type PixelDistance,
} from "./compare-runs.ts";
import { hashPixels, type PictureRun } from "./picture-run.ts";
import { isImage, recordValues } from "./publish.ts";

/** What came of running a picture's workflow anew. */
export type ReplayVerdict = {
  /** close: not equal, but within `tolerance`, which counts only where the numerics differ. */
  readonly outcome: "equal" | "close" | "different";
  /** In topological order the first node whose value is not the recorded one; undefined where none is, or none was recorded. */
  readonly first: { readonly node: string; readonly item: number } | undefined;
  /** How many values the picture records, and how many of them are others now. */
  readonly values: { readonly recorded: number; readonly different: number };
  /** Undefined for pictures of different sizes. */
  readonly distance: PixelDistance | undefined;
  /** What is not as it was when the picture was made. */
  readonly facts: readonly DifferentFact[];
};

/** Compares a picture with what a run of its workflow has just put into the store. */
export async function judgeReplay(options: {
  readonly before: { readonly run: PictureRun; readonly picture: Parameters<typeof comparePixels>[0] };
  readonly end: RunEnd;
  readonly provenance: Provenance;
  readonly prepared: PreparedRun;
  readonly store: DiskStore;
}): Promise<ReplayVerdict> {
  const { before, end, provenance, prepared, store } = options;
  const { run } = before;
  const output = end.outputs.find(({ node, item }) => node === run.node && item === run.item);
  const value = output && (await readValue(store, output.value));
  const picture = isImage(value) ? toRgb8(value) : { width: 0, height: 0, data: new Uint8Array() };
  const parts = { plan: prepared.plan, cache: store.observed, digest: store.digest };
  const [now] = await recordValues({ ...parts, outputs: output ? [output] : [] });
  const used = new Set(
    prepared.plan.nodes.flatMap(({ params, stages }) => Object.keys(stages).map((stage) => `${params.pack}/${stage}`)),
  );
  const facts = compareFacts(run, provenance, (stage) => used.has(stage));
  const different = run.values.length > 0 ? differentValues(run.values, now ?? []) : [];
  const distance = comparePixels(before.picture, picture);
  const otherNumerics = facts.some(({ fact }) => fact === "numerics");
  const close = otherNumerics && distance !== undefined && isWithinTolerance(distance);
  return {
    outcome: hashPixels(picture.data) === run.pixels ? "equal" : close ? "close" : "different",
    first: different[0],
    values: { recorded: run.values.length, different: different.length },
    distance,
    facts,
  };
}
