import { existsSync } from "node:fs";
import { clipworkChains } from "./chains-in-clipwork.ts";
import { comfyUiChains } from "./chains-in-comfyui.ts";
import { atMost, type Findings } from "./findings.ts";
import { type Spread, show, spread, timed } from "./statistics.ts";

const rounds = 41;
const chainRounds = 5;
const together = 200;

/** A program that runs chains of cheap nodes on a picture of 64 × 64 pixels. */
export type Chains = {
  /** Runs a chain of that many nodes to its end. A chain of the same length and name has the same values. */
  run(nodes: number, name: number): Promise<void>;
  /** Submits chains of all these names at once, and waits until all have ended. */
  runAll(nodes: number, names: readonly number[]): Promise<void>;
  /** Milliseconds that each of its processes has worked until now. */
  processors(): { readonly [process: string]: number };
};

type Figures = { readonly [row: string]: Spread };
type Measured = { readonly figures: Figures; readonly processors: string };

/** Each chain is new the first time, and the same again the second. */
async function measureChains(chains: Chains): Promise<Measured> {
  let name = 0;
  const twice = async (nodes: number, count: number) => {
    const times: { first: number; again: number }[] = [];
    for (let i = 0; i < count; i++) {
      name++;
      const once = () => timed(() => chains.run(nodes, name));
      times.push({ first: await once(), again: await once() });
    }
    return { first: spread(times.map(({ first }) => first)), again: spread(times.map(({ again }) => again)) };
  };
  await twice(5, 10);
  const before = chains.processors();
  const five = await twice(5, rounds);
  const processors = Object.entries(chains.processors())
    .map(([process, ms]) => `${((ms - before[process]!) / (2 * rounds)).toFixed(1)} ms ${process}`)
    .join(", ");
  const hundred = await twice(100, chainRounds);
  const many = await twice(300, chainRounds);
  const names = Array.from({ length: together }, () => ++name);
  const all = await timed(() => chains.runAll(5, names));
  const figures = {
    "5 nodes, new": five.first,
    "5 nodes, all kept": five.again,
    "100 nodes, new": hundred.first,
    "100 nodes, all kept": hundred.again,
    "300 nodes, new": many.first,
    "300 nodes, all kept": many.again,
    [`${together} runs of 5 new nodes, submitted at once`]: spread([all]),
  };
  return { figures, processors };
}

const budgets: { readonly [row: string]: number } = {
  "5 nodes, new": 10,
  "5 nodes, all kept": 5,
  "100 nodes, new": 150,
  "100 nodes, all kept": 150,
  [`${together} runs of 5 new nodes, submitted at once`]: 1400,
};

/**
 * Small runs through the server, from the submission to the end at a viewer: what a run costs beside its models. The same through ComfyUI
 * where CLIPWORK_COMFYUI names a folder with it.
 */
export async function measure(comfyUi = process.env.CLIPWORK_COMFYUI): Promise<Findings> {
  const cleanups: (() => unknown)[] = [];
  const context = { after: (work: () => unknown) => void cleanups.push(work) };
  try {
    const own = await measureChains(await clipworkChains(context));
    const other =
      comfyUi && existsSync(comfyUi) ? await measureChains(await comfyUiChains(context, comfyUi)) : undefined;
    const rows = Object.entries(own.figures).map(([row, figure]) => {
      const budget = budgets[row];
      const kept = budget === undefined ? "" : atMost(budget, figure.median);
      return [row, show(figure, 1), kept, ...(other ? [show(other.figures[row]!, 1)] : [])];
    });
    const times = [`Clipwork: ${own.processors}`, ...(other ? [`ComfyUI: ${other.processors}`] : [])];
    return {
      head: ["through the server", "ms", "budget, ms", ...(other ? ["ComfyUI, ms"] : [])],
      rows,
      notes: [`Processor time of a run of 5 nodes, of new and kept ones the mean. ${times.join(". ")}.`],
    };
  } finally {
    for (const clean of cleanups) clean();
  }
}
