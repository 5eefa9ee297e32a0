import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowJson } from "@clipwork/engine";
import { openDataFolder, valuesBudget, valuesFolder } from "../../server/src/data-folder/data-folder.ts";
import { diskStore } from "../../server/src/values/disk-store.ts";
import { childrenOf, main } from "../cli/clipwork.fixture.ts";
import { startServer, submit } from "../server/server.fixture.ts";
import { atMost, type Findings } from "./findings.ts";
import { childSeconds, processorMs } from "./machine.ts";
import { temporaryFolder } from "./places.ts";
import { pairs, show, timed } from "./statistics.ts";

const kept = 100_000;
/** The mean of a folder with 6,183 values of pictures, captions and embeddings. */
const bytesOfOne = 4200;
const runs = 20;
const budget = 1.1;

/** What one thing took: by the clock, and of processor time in all processes. Milliseconds. */
type Took = { readonly wall: number; readonly processor: number };

/** A workflow of one node, with a value that no run has made before. */
function oneNode(): WorkflowJson {
  const text = randomBytes(8).toString("hex");
  return { format: "clipwork/1", nodes: { caption: { type: "text.prompt", version: 1, params: { text } } } };
}

/** A data folder with so many values, each written as a run writes it. */
async function folderWith(values: number): Promise<string> {
  const data = temporaryFolder();
  await openDataFolder(data);
  const store = diskStore(valuesFolder(data));
  for (let i = 0; i < values; i++)
    await store.put(randomBytes(32).toString("hex"), randomBytes(bytesOfOne), Math.random() * 100);
  // A folder that was in use has been measured before.
  await store.trim(valuesBudget);
  return data;
}

/** A server is started, runs one node so many times, and ends. */
async function serve(data: string): Promise<Took> {
  const cleanups: (() => unknown)[] = [];
  const server = await startServer({ after: (work) => void cleanups.push(work as () => unknown) }, { data });
  try {
    const viewer = server.viewer();
    const ended = async (id: string) => {
      const heard = Promise.withResolvers<void>();
      const hear = ({ run, event }: { run: string; event: string }) => {
        if (run === id && event === "run.finished") heard.resolve();
      };
      viewer.on("event", hear);
      viewer.emit("follow", id, 0, (reply) => {
        if ("events" in reply) reply.events.forEach(hear);
      });
      await heard.promise;
      viewer.off("event", hear);
    };
    const pid = server.process.pid!;
    const once = async () => ended((await submit(server, oneNode(), { targets: ["caption"] })).id);
    let before = 0;
    const wall = await timed(async () => {
      // The worker is there when the first has ended.
      await once();
      before = processorMs(pid) + processorMs(childrenOf(pid)[0]!);
      for (let i = 1; i < runs; i++) await once();
    });
    // What the server does beside the runs and after them counts.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    return { wall, processor: processorMs(pid) + processorMs(childrenOf(pid)[0]!) - before };
  } finally {
    for (const clean of cleanups) clean();
  }
}

/** A command computes one value. */
async function command(data: string): Promise<Took> {
  const cwd = join(data, "..", `${data}-runs`);
  mkdirSync(cwd, { recursive: true });
  const file = join(cwd, "one.json");
  writeFileSync(file, JSON.stringify(oneNode()));
  const before = childSeconds()!;
  const args = [main, "run", file, "--only", "caption", "--data", data, "--out", cwd];
  const wall = await timed(() => {
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`the command ended with ${status}: ${stderr}`);
  });
  return { wall, processor: (childSeconds()! - before) * 1000 };
}

/** Small runs in a data folder with many values against those in a fresh one. */
export async function measure(rounds = 7, full?: string): Promise<Findings> {
  return compare(rounds, full ?? (await folderWith(kept)), await folderWith(0));
}

async function compare(rounds: number, full: string, fresh: string): Promise<Findings> {
  const rows: string[][] = [];
  for (const [name, work] of [
    [`${runs} runs of one node through a server`, serve],
    ["`clipwork run` of one node", command],
  ] as const) {
    const processors: Record<string, number[]> = { [full]: [], [fresh]: [] };
    const of = (data: string) => async () => {
      const { wall, processor } = await work(data);
      processors[data]!.push(processor);
      return wall;
    };
    const wall = await pairs(rounds, of(full), of(fresh));
    const next = (data: string) => async () => processors[data]!.shift()!;
    const processor = await pairs(rounds, next(full), next(fresh));
    for (const [what, { one, other, ratio }] of [
      ["ms", wall],
      ["ms of processor time", processor],
    ] as const)
      rows.push([`${name}, ${what}`, show(one, 0), show(other, 0), show(ratio, 2), atMost(budget, ratio.median)]);
  }
  return {
    head: ["", `${kept.toLocaleString("en")} values kept`, "a fresh folder", "ratio", "budget"],
    rows,
    notes: [],
  };
}
