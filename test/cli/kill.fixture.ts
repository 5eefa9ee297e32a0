import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { decodeValue } from "@clipwork/engine";
import { diskStore } from "../../server/src/values/disk-store.ts";
import { childrenOf, clipwork, type Event } from "./clipwork.fixture.ts";

/** The steps that checkpoints of samples of that length tell, among the stored values. */
export async function checkpointsIn(values: string, length: number): Promise<number[]> {
  const store = diskStore(values);
  const keys = globSync("*/*", { cwd: values, exclude: ["**/*.tmp"] }).map((path) => basename(path));
  const entries = await Promise.all(keys.map((key) => store.get(key)));
  return entries.flatMap((bytes) => {
    const { value } = (bytes ? decodeValue(bytes) : {}) as { value?: { step?: number; x?: { length: number } } };
    return value?.step !== undefined && value.x?.length === length ? [value.step] : [];
  });
}

/** Numbers from 0 up to 1 that a seed decides (Mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A run with a sampler that takes long enough to be killed in it. */
export type LongRun = {
  readonly cwd: string;
  readonly packs: string;
  readonly workflow: string;
  readonly node: string;
  readonly steps: number;
  /** Numbers of the node's sample. */
  readonly length: number;
};

/** One kill, and what the next run made of it. */
export type Kill = {
  readonly node: string;
  readonly killed: "worker" | "command";
  /** The last step that the killed run told of. */
  readonly step: number;
  /** That of the checkpoint it left; 0 where it left none. */
  readonly saved: number;
  /** The step after which the next run went on; 0 where it began anew. */
  readonly from: number;
  /** What the killed run spent on the steps that the next did again, in milliseconds. */
  readonly redoneMs: number;
  readonly pixels: string;
};

/** The pixels of the run that nobody disturbs. */
export async function undisturbed(run: LongRun): Promise<string> {
  return pixelsOf(await start(run, "undisturbed"));
}

/** Kills the run with SIGKILL, its worker alone or the whole command, at a random step, and runs it again in the same folder. */
export async function killAndResume(run: LongRun, data: string, random: () => number): Promise<Kill> {
  const { node, steps, cwd, length } = run;
  const at = 1 + Math.floor(random() * (steps - 1));
  const killed = random() < 0.5 ? "worker" : "command";
  const isStep = (event: Event) => event.event === "node.progress" && event.node === node;
  const first = await start(run, data, (event, child) => {
    if (!isStep(event) || event.step !== at) return;
    if (killed === "command") child.kill("SIGKILL");
    else for (const pid of childrenOf(child.pid)) process.kill(pid, "SIGKILL");
  });
  const saved = (await checkpointsIn(join(cwd, data, "values"), length))[0] ?? 0;
  const second = await start(run, data);
  const told = first.events().filter(isStep);
  const began = first.events().find((event) => event.event === "node.started" && event.node === node)!;
  const step = told.at(-1)!.step;
  // A run that goes on from a checkpoint tells of its step first; one that finds the whole value tells of none.
  const next = second.events().find(isStep)?.step ?? steps;
  // The first step is told alike by a run that begins anew and by one that goes on from a checkpoint of that step.
  const from = next === 1 && saved !== 1 ? 0 : next;
  const since = told.find((event) => event.step === from) ?? (from === 0 ? began : told.at(-1)!);
  return { node, killed, step, saved, from, redoneMs: told.at(-1)!.time - since.time, pixels: pixelsOf(second) };
}

function start({ cwd, packs, workflow }: LongRun, data: string, onEvent?: Parameters<typeof clipwork>[1]["onEvent"]) {
  const args = ["run", workflow, "--json", "--data", data, "--out", `${data}-out`];
  return clipwork(args, { cwd, packs, ...(onEvent ? { onEvent } : {}) });
}

function pixelsOf(outcome: Awaited<ReturnType<typeof clipwork>>): string {
  if (outcome.code !== 0) throw new Error(`the run ended with ${outcome.code}: ${outcome.stderr}`);
  return outcome.last().outputs[0]!.pixels;
}
