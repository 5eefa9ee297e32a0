import { memoryCache, nodeDefiner, p, run, t } from "@clipwork/engine";
import { testEnvironment, validateJson } from "@clipwork/engine/testing";
import { atMost, type Findings } from "./findings.ts";
import { type Spread, show, spread } from "./statistics.ts";

type Graph = { readonly nodes: { readonly [id: string]: object }; readonly targets: readonly string[] };

const sizes = [100, 1_000, 10_000, 100_000] as const;
/** Milliseconds for so many nodes. */
const budgets: { readonly [size: number]: number } = { 1000: 20, 100000: 2_000 };

const defineNode = nodeDefiner<object>();

const source = defineNode({
  type: "bench.source",
  version: 1,
  title: "Source",
  summary: "Gives a text.",
  outputs: { text: t.text("The text.") },
  run: () => ({ text: "a red cube" }),
});

/** Its mark tells nodes with one input apart: equal ones would be computed once. */
const pass = defineNode({
  type: "bench.pass",
  version: 1,
  title: "Pass",
  summary: "Passes on what it is given.",
  inputs: { text: t.text("Any text.") },
  outputs: { text: t.text("The same.") },
  params: { mark: p.integer("A number.", { default: 0, min: 0, max: 1e6 }) },
  run: ({ text }) => ({ text }),
});

const environment = testEnvironment([source, pass]);
const passFrom = (from: number, mark: number) => ({
  type: "bench.pass",
  version: 1,
  inputs: { text: `n${from}.text` },
  params: { mark },
});

/** A graph of `size` nodes, each of which but the first gets its text from the node that `from` says. */
function buildGraph(size: number, from: (i: number) => number): Record<string, object> {
  const nodes: Record<string, object> = { n0: { type: "bench.source", version: 1 } };
  for (let i = 1; i < size; i++) nodes[`n${i}`] = passFrom(from(i), i);
  return nodes;
}

/** Each node passes on what the one before it gives; the last is wanted. */
function chain(size: number): Graph {
  return { nodes: buildGraph(size, (i) => i - 1), targets: [`n${size - 1}`] };
}

/** All nodes pass on what the first gives, and all of them are wanted. */
function fanOut(size: number): Graph {
  const nodes = buildGraph(size, () => 0);
  return { nodes, targets: Object.keys(nodes).slice(1) };
}

/** Milliseconds from the parsed document to all values in a new cache in memory. */
async function measureOnce({ nodes, targets }: Graph): Promise<{ validate: number; run: number }> {
  const document = { format: "clipwork/1", nodes };
  const start = performance.now();
  const { plan } = validateJson(document, environment, { targets });
  const planned = performance.now();
  const clock = () => performance.now();
  const result = await run(plan!, { runId: "bench", clock, emit: () => {}, cache: memoryCache(), services: {} });
  const end = performance.now();
  if (result.executed !== Object.keys(nodes).length) throw new Error(`only ${result.executed} nodes ran`);
  return { validate: planned - start, run: end - planned };
}

async function measureGraph(name: string, graph: Graph, size: number): Promise<string[]> {
  await measureOnce(graph);
  const runs: Awaited<ReturnType<typeof measureOnce>>[] = [];
  for (let i = 0; i < (size < 10_000 ? 21 : 5); i++) runs.push(await measureOnce(graph));
  const total = spread(runs.map((one) => one.validate + one.run));
  const cells = [spread(runs.map((one) => one.validate)), spread(runs.map((one) => one.run)), total].map(showMs);
  const budget = budgets[size];
  return [name, size.toLocaleString("en"), ...cells, budget === undefined ? "" : atMost(budget, total.median)];
}

const showMs = (value: Spread) => show(value, value.median < 100 ? 1 : 0);

/** Graphs whose nodes do nothing: what the engine itself costs. */
export async function measure(largest = Number.POSITIVE_INFINITY): Promise<Findings> {
  const rows: string[][] = [];
  for (const size of sizes) {
    if (size > largest) break;
    rows.push(await measureGraph("chain", chain(size), size));
    rows.push(await measureGraph("fan-out", fanOut(size), size));
  }
  return { head: ["graph", "nodes", "validate, ms", "run, ms", "both, ms", "budget, ms"], rows, notes: [] };
}
