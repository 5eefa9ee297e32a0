import { readFileSync } from "node:fs";
import { readValue, type WorkflowJson } from "@clipwork/engine";
import type { DeviceRun } from "@clipwork/models";
import type { ImageValue } from "@clipwork/nodes";
import type { Findings } from "./findings.ts";
import { type HostRun, type Nodes, openHost } from "./host.ts";
import { workflowFile } from "./places.ts";
import { pairs, type Spread, show } from "./statistics.ts";

const firstSeed = 7;

type Host = Awaited<ReturnType<typeof openHost>>;
type Way = { ms: number; deviceRuns: DeviceRun[]; pictures: Float32Array[] };

function readNodes(): Nodes {
  return (JSON.parse(readFileSync(workflowFile("seeds-grid"), "utf8")) as WorkflowJson).nodes as Nodes;
}

/** The decoder with one seed of its own instead of the list. */
function withSeed(nodes: Nodes, seed: number): Nodes {
  const { seed: _, ...inputs } = nodes.decode!.inputs as Record<string, string>;
  return { ...nodes, decode: { ...nodes.decode!, inputs, params: { ...nodes.decode!.params, seed } } };
}

/** Adds up runs of the decoder, each of which finds the prior's embedding in the cache. */
async function addUp(runs: readonly HostRun[]): Promise<Way> {
  const pictures: Float32Array[] = [];
  for (const { cache, outputs } of runs)
    for (const { value } of outputs) pictures.push(((await readValue(cache, value)) as ImageValue).data);
  return {
    ms: runs.reduce((sum, { ms }) => sum + ms, 0),
    deviceRuns: runs.flatMap(({ deviceRuns }) => deviceRuns).filter(({ stage }) => stage === "decoder"),
    pictures,
  };
}

/** The seeds in one run, and in a run each. Both start from a cache that holds the prior's embedding and no picture. */
async function measureSeeds(host: Host, nodes: Nodes, seeds: number, rounds: number) {
  const primed = async () => (await host.runNodes(nodes, ["prior"])).cache;
  let together: Way | undefined;
  let apart: Way | undefined;
  const timeTogether = async () => {
    together = await addUp([await host.runNodes(nodes, ["decode"], await primed())]);
    return together.ms;
  };
  const timeApart = async () => {
    const cache = await primed();
    const runs: HostRun[] = [];
    for (let i = 0; i < seeds; i++) runs.push(await host.runNodes(withSeed(nodes, firstSeed + i), ["decode"], cache));
    apart = await addUp(runs);
    return apart.ms;
  };
  const times = await pairs(rounds, timeApart, timeTogether);
  return { times, together: together!, apart: apart! };
}

function tableRow(name: string, time: Spread, { deviceRuns }: Way): string[] {
  const rows = [...new Set(deviceRuns.map((run) => run.rows))].sort((a, b) => a - b).join(", ");
  return [name, show(seconds(time), 2), String(deviceRuns.length), rows];
}

const seconds = ({ median, min, max }: Spread) => ({ median: median / 1000, min: min / 1000, max: max / 1000 });

/** Whether every picture has the same numbers, bit for bit. */
function samePictures(a: Way, b: Way): boolean {
  return a.pictures.every((data, i) => Buffer.compare(bytes(data), bytes(b.pictures[i]!)) === 0);
}

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

/** Sixteen guided seeds that share runs of the decoder, against sixteen runs of one seed. */
export async function measure(seeds = 16, rounds = 3): Promise<Findings> {
  const host = await openHost();
  const read = readNodes();
  const nodes: Nodes = { ...read, seeds: { ...read.seeds!, params: { first: firstSeed, count: seeds } } };
  const shorter: Nodes = { ...nodes, decode: { ...nodes.decode!, params: { ...nodes.decode!.params, steps: 2 } } };
  // Two steps warm up both ways.
  await measureSeeds(host, shorter, seeds, 1);
  const { times, together, apart } = await measureSeeds(host, nodes, seeds, rounds);
  await host.close();
  const same = samePictures(together, apart);
  return {
    head: [`${seeds} seeds`, "decoder node, s", "decoder runs", "rows of a run"],
    rows: [tableRow("together", times.other, together), tableRow("apart", times.one, apart)],
    notes: [
      `Apart takes ${show(times.ratio, 2)} times as long. The pictures of both ways are ${same ? "equal bit for bit" : "**not equal**"}.`,
    ],
  };
}
