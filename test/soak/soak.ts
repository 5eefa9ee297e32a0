import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
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

/** What a server has after so many runs, server and worker together. */
export type Sample = {
  readonly runs: number;
  /** MB that JavaScript holds in all threads once its garbage was collected: heaps, and what buffers and libraries have outside of them. */
  readonly kept: number;
  /** MB that the system has given to the processes: those, the room that heaps have for more, and all that libraries hold. */
  readonly resident: number;
  /** Files and sockets that its two processes have open. */
  readonly open: number;
  /** Files and bytes of the data folder: values, artifacts, and all else but the audit log. */
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
  const probed = folderFor(context);
  const server = await startServer(context, { data, env: { CLIPWORK_PACKS: pack.root, ...probeIn(probed) } });
  const samples: Sample[] = [];
  const ended: Record<string, number> = {};
  let replaced = 0;
  for (let done = 0; done < runs; done += together) {
    if (done % packRuns === 0) [pack.update, pack.restore][replaced++ % 2]!();
    const names = Array.from({ length: together }, () => Math.floor(random() * Math.max(10, done / 2)));
    for (const event of await runAll(server, names.map(workflow), random)) ended[event] = (ended[event] ?? 0) + 1;
    if ((done + together) % each > 0) continue;
    const sample = await measure(server, probed, done + together);
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
    timer = globalThis.setTimeout(() => reject(new Error(`the queue is stuck: no end came for ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** What a server is started with so that it can be asked what it keeps (`probe.fixture.ts`). */
function probeIn(folder: string): NodeJS.ProcessEnv {
  return {
    CLIPWORK_SOAK_PROBE: folder,
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "probe.fixture.ts"))}`,
    // One arena that is trimmed: what the allocator would keep for later counts for nothing that the server holds.
    MALLOC_ARENA_MAX: "1",
    MALLOC_TRIM_THRESHOLD_: String(2 ** 17),
  };
}

/** What a process says that it keeps, once it was asked. */
async function ask(pid: number, folder: string): Promise<{ kept: number; resident: number }> {
  const file = join(folder, `${pid}.json`);
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  for (const start = Date.now(); !existsSync(file); await setTimeout(20))
    if (Date.now() - start > stuckMs) throw new Error(`process ${pid} does not say what it keeps`);
  return JSON.parse(readFileSync(file, "utf8"));
}

async function measure({ process: { pid }, data }: TestServer, probed: string, runs: number): Promise<Sample> {
  const processes = [pid!, ...childrenOf(pid!)];
  const sum = (of: (pid: number) => number) => processes.reduce((total, pid) => total + of(pid), 0);
  const answers = await Promise.all(processes.map((pid) => ask(pid, probed)));
  const megabytes = (of: (answer: (typeof answers)[number]) => number) =>
    answers.reduce((total, answer) => total + of(answer), 0) / 2 ** 20;
  const memory = {
    kept: megabytes(({ kept }) => kept),
    resident: megabytes(({ resident }) => resident),
  };
  const open = sum((pid) => readdirSync(`/proc/${pid}/fd`).length);
  const files = { values: 0, artifacts: 0, others: 0 };
  const bytes = { values: 0, artifacts: 0, others: 0 };
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
    const info = entry.isFile() && statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (!info) continue;
    const [room] = join(entry.parentPath, entry.name)
      .slice(data.length + 1)
      .split("/");
    // The audit log grows with every change up to bounds of its own, which its tests look at.
    if (room === "audit") continue;
    const kind = entry.name.startsWith(".") || (room !== "values" && room !== "artifacts") ? "others" : room;
    files[kind]++;
    bytes[kind] += info.size;
  }
  return { runs, ...memory, open, files, bytes };
}
