import { endOfWork, type ItemSpan, lanesOf, type ModelRun, type Profile } from "@clipwork/engine";
import { exactTime } from "./scale.ts";

/** Something that took time, in milliseconds from the run's beginning. */
export type Bar = {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** What is said when the pointer is over it. */
  readonly words: string;
  /** What has its colour in common: the stage of a model run; absent for a node. */
  readonly stage?: string;
  /** Where its steps end. */
  readonly steps: readonly number[];
  readonly failed: boolean;
};

/** Bars that do not overlap, from the first to the last. */
export type Row = { readonly label: string; readonly bars: readonly Bar[] };

/** The rows of a timeline: nodes as they began, then the model runs. `name` says what people call a node. */
export function rowsOf(profile: Profile, name: (node: string) => string): readonly Row[] {
  const lanes = lanesOf(profile.items).map(({ node, spans }, i, all): Row => {
    const more = i > 0 && all[i - 1]!.node === node;
    const label = more ? "" : node === undefined ? "Nodes" : name(node);
    return { label, bars: spans.map((span) => barOf(span, profile.start, name)) };
  });
  if (profile.work.length === 0) return lanes;
  const work = profile.work.map((run) => workBar(run, profile.start, name));
  return [...lanes, { label: "Model runs", bars: work.toSorted((a, b) => a.from - b.from) }];
}

function barOf({ node, item, start, end, state, steps }: ItemSpan, zero: number, name: (node: string) => string): Bar {
  const parts = [
    item > 0 ? `item ${item + 1}` : "",
    exactTime(end - start),
    steps.length > 0 ? `${steps.length} steps` : "",
    state === "finished" ? "" : state,
  ];
  return {
    from: start - zero,
    to: end - zero,
    label: name(node),
    words: `${name(node)}: ${parts.filter(Boolean).join(", ")}`,
    steps: steps.map(({ time }) => time - zero),
    failed: state === "failed",
  };
}

function workBar(run: ModelRun, zero: number, name: (node: string) => string): Bar {
  const { stage, nodes, rows, calls, ms, wait, start, several } = run;
  const parts = [
    exactTime(ms),
    `${rows} ${rows === 1 ? "row" : "rows"}`,
    calls > 1 ? `${calls} calls together` : "",
    several ? `${several.count} runs` : "",
    wait >= 1 ? `waited ${exactTime(wait)}` : "",
    nodes.length > 0 ? `for ${nodes.map(name).join(", ")}` : "",
  ];
  return {
    from: start - zero,
    to: endOfWork(run) - zero,
    label: stage,
    words: `${stage}: ${parts.filter(Boolean).join(", ")}`,
    stage,
    steps: [],
    failed: false,
  };
}

/** The bar of a row at a time; of those that are hardly seen the nearest within `reach` milliseconds. */
export function barAt({ bars }: Row, time: number, reach: number): Bar | undefined {
  const inside = bars.find(({ from, to }) => from <= time && time <= to);
  if (inside) return inside;
  const distance = ({ from, to }: Bar) => Math.max(from - time, time - to);
  const near = bars.filter((bar) => distance(bar) <= reach);
  return near.sort((a, b) => distance(a) - distance(b))[0];
}
