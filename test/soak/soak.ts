import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isRunEnd } from "@clipwork/engine";
import type { LoggedEvent } from "../../server/src/wire/wire.ts";
import { childrenOf, folderFor, shortHierarchy, type Workflow } from "../cli/clipwork.fixture.ts";
import { randomOf } from "../cli/kill.fixture.ts";
import { packIn } from "../server/pack.fixture.ts";
import { startServer, submit, type TestServer } from "../server/server.fixture.ts";

/** Runs that are submitted together. */
export const together = 10;
/** So many runs pass between two replacements of the pack. */
const packRuns = 50;
/** Bytes of values that the data folder may keep: those of some fifteen runs. */
export const keepBytes = 2 ** 16;
/** Ended runs that it keeps. */
export const keepRuns = 20;
/** Without an end for so long, in milliseconds, the queue is stuck, however busy the machine is. */
const stuckMs = 120_000;

/** What a server has after so many runs. Memory of server and worker together, in MB. */
export type Sample = {
  readonly runs: number;
  readonly memory: number;
  /** Files and sockets that its two processes have open. */
  readonly open: number;
  /** Files and bytes of the data folder: values, artifacts, and all else. */
  readonly files: { readonly values: number; readonly artifacts: number; readonly others: number };
  readonly bytes: { readonly values: number; readonly artifacts: number; readonly others: number };
};

export type Soaked = {
  readonly samples: readonly Sample[];
  /** How the runs ended. */
  readonly ended: Readonly<Record<string, number>>;
  /** How often the pack was replaced. */
  readonly replaced: number;
};

/**
 * A server that runs so many workflows with little room for values, while its pack is replaced again and again. Runs are new, or the same as
 * one before; some are cancelled, some are followed. Throws if no run ends for long, or if one fails. A sample is taken after each `each` runs.
 */
export async function soak(
  context: Parameters<typeof folderFor>[0],
  { runs, each, seed, tell }: { runs: number; each: number; seed: number; tell?: (sample: Sample) => void },
): Promise<Soaked> {
  const random = randomOf(seed);
  const pack = packIn(context);
  const data = join(folderFor(context), "data");
  await mkdir(data);
  writeFileSync(join(data, "config.json"), JSON.stringify({ keepBytes, keepRuns }));
  const server = await startServer(context, { data, env: { CLIPWORK_PACKS: pack.root } });
  const samples: Sample[] = [];
  const ended: Record<string, number> = {};
  let replaced = 0;
  for (let done = 0; done < runs; done += together) {
    if (done % packRuns === 0) [pack.update, pack.restore][replaced++ % 2]!();
    const names = Array.from({ length: together }, () => Math.floor(random() * Math.max(10, done / 2)));
    for (const event of await runAll(server, names.map(workflow), random)) ended[event] = (ended[event] ?? 0) + 1;
    if ((done + together) % each > 0) continue;
    const sample = await measure(server, done + together);
    samples.push(sample);
    tell?.(sample);
  }
  return { samples, ended, replaced };
}

/** A caption to a picture of 64 pixels; equal names give equal values. */
function workflow(name: number): Workflow {
  const document = shortHierarchy();
  document.nodes.caption!.params = { text: `cube ${name}` };
  return document;
}

/** Submits all of them, cancels one in ten, and waits for their ends as a viewer hears of them. Returns how they ended. */
async function runAll(server: TestServer, documents: readonly Workflow[], random: () => number): Promise<string[]> {
  const viewer = server.viewer();
  const left = new Map<string, (end: LoggedEvent) => void>();
  const hear = (event: LoggedEvent) => {
    if (isRunEnd(event)) left.get(event.run)?.(event);
  };
  viewer.on("event", hear);
  try {
    const ends = documents.map(async (document) => {
      const { id } = await submit(server, document);
      const end = new Promise<LoggedEvent>((resolve) => left.set(id, resolve));
      viewer.emit("follow", id, 0, (reply) => {
        if ("events" in reply) reply.events.forEach(hear);
      });
      // What has ended meanwhile cannot be cancelled.
      if (random() < 0.1) await server.ask("POST", `/runs/${id}/cancel`);
      const { event, ...rest } = await end;
      if (event === "run.failed") throw new Error(`a run has failed: ${JSON.stringify(rest)}`);
      return event;
    });
    return await within(stuckMs, Promise.all(ends));
  } finally {
    viewer.disconnect();
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue is stuck: no end came for ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function measure({ process: { pid }, data }: TestServer, runs: number): Promise<Sample> {
  const processes = [pid!, ...childrenOf(pid!)];
  const sum = (of: (pid: number) => number) => processes.reduce((total, pid) => total + of(pid), 0);
  const memory = sum((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024);
  const open = sum((pid) => readdirSync(`/proc/${pid}/fd`).length);
  const files = { values: 0, artifacts: 0, others: 0 };
  const bytes = { values: 0, artifacts: 0, others: 0 };
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
    const info = entry.isFile() && statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (!info) continue;
    const [room] = join(entry.parentPath, entry.name)
      .slice(data.length + 1)
      .split("/");
    const kind = entry.name.startsWith(".") || (room !== "values" && room !== "artifacts") ? "others" : room;
    files[kind]++;
    bytes[kind] += info.size;
  }
  return { runs, memory, open, files, bytes };
}
