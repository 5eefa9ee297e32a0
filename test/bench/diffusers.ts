import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Findings } from "./findings.ts";
import { processorMs } from "./machine.ts";
import { python, root, toybox } from "./places.ts";
import { show, spread } from "./statistics.ts";
import { type TimedRun, warmWorker } from "./warm-worker.ts";

const caption = "a large red metal cube on sand";
const module = "training.judge.diffusers_speed";
/** By the pack's defaults, and in as few steps as its classifier finds no worse (packs/toybox/MODEL_CARD.md, Rows). */
const [usual, quick] = ["text-to-image-256", "text-to-image-quick"];

/** Seconds of one picture, by stage. */
type Seconds = { readonly [S in (typeof stages)[number]]: number };
const stages = ["prior", "decoder", "upsampler-256", "all"] as const;

/** diffusers' pipeline in a process that stays, with the pack's weights; it draws one picture when asked. */
async function startDiffusers() {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    python,
    ["-m", module, "--pack", toybox, "--threads", String(availableParallelism()), "--caption", caption],
    { cwd: root, stdio: ["pipe", "pipe", "inherit"] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${module} ended before it answered`);
    return JSON.parse(value);
  };
  const { versions } = (await answer()) as { versions: string };
  return {
    versions,
    pid: child.pid,
    async draw(precision: "float32" | "bfloat16", seed: number): Promise<Seconds> {
      child.stdin.write(`${JSON.stringify({ precision, seed })}\n`);
      return (await answer()) as Seconds;
    },
    async close() {
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}

/** Our stages as diffusers' are counted: the caption's encoding belongs to the prior, publishing to nothing. */
function ours({ nodes, run }: TimedRun): Seconds {
  const of = (...names: string[]) => names.reduce((sum, name) => sum + nodes.get(name)! / 1000, 0);
  return {
    prior: run / 1000 - of("decode", "enlarge"),
    decoder: of("decode"),
    "upsampler-256": of("enlarge"),
    all: run / 1000,
  };
}

/** One picture: seconds by the clock, and those that its process worked, in all threads. */
type Timed = { readonly seconds: Seconds; readonly worked: number };
type Round = { readonly [W in "ours" | "few" | "float32" | "bfloat16"]: Timed };

async function timedOf(pid: number | undefined, draw: () => Promise<Seconds>): Promise<Timed> {
  const before = processorMs(pid!);
  const seconds = await draw();
  return { seconds, worked: (processorMs(pid!) - before) / 1000 };
}

async function measureRounds(rounds: number): Promise<{ versions: string; found: Round[] }> {
  const worker = await warmWorker();
  const diffusers = await startDiffusers();
  const draw = async (seed: number, workflow: string): Promise<Seconds> =>
    ours(await worker.run(workflow, { seed: String(seed), prompt: caption }));
  // Once each, to load and to warm up: only then is there a worker to look at.
  await draw(0, usual);
  await draw(0, quick);
  for (const precision of ["float32", "bfloat16"] as const) await diffusers.draw(precision, 0);
  const found: Round[] = [];
  for (let seed = 1; seed <= rounds; seed++) {
    const ours = await timedOf(worker.pid, () => draw(seed, usual));
    const few = await timedOf(worker.pid, () => draw(seed, quick));
    const float32 = await timedOf(diffusers.pid, () => diffusers.draw("float32", seed));
    const bfloat16 = await timedOf(diffusers.pid, () => diffusers.draw("bfloat16", seed));
    found.push({ ours, few, float32, bfloat16 });
  }
  await Promise.all([worker.close(), diffusers.close()]);
  return { versions: diffusers.versions, found };
}

/** A caption to 256 pixels here and in diffusers' own pipeline, with the same weights, steps and threads. */
export async function measure(rounds = 4): Promise<Findings> {
  const head = [
    "stage",
    "Clipwork, s",
    "diffusers, s",
    "diffusers / Clipwork",
    "in few steps, s",
    "diffusers / few",
    "diffusers in bfloat16, s",
  ];
  if (!existsSync(python))
    return { head, rows: [], notes: ["Not measured: there is no `training/.venv`; `npm run test:training` makes it."] };
  const { versions, found } = await measureRounds(rounds);
  const rows = stages.map((stage) => {
    const of = (way: keyof Round) => show(spread(found.map((round) => round[way].seconds[stage])), 2);
    const ratio = (way: keyof Round) =>
      show(spread(found.map((round) => round.float32.seconds[stage] / round[way].seconds[stage])), 2);
    return [stage, of("ours"), of("float32"), ratio("ours"), of("few"), ratio("few"), of("bfloat16")];
  });
  const worked = (way: keyof Round) => show(spread(found.map((round) => round[way].worked)), 2);
  const times = (way: keyof Round) => show(spread(found.map((round) => round.float32.worked / round[way].worked)), 2);
  const notes = [
    `By processor time, which other programs hardly change, a picture took Clipwork ${worked("ours")} s, diffusers ${worked("float32")} s, ${times("ours")} times as much, and ${worked("bfloat16")} s in bfloat16; in few steps Clipwork took ${worked("few")} s, and diffusers ${times("few")} times as much.`,
    `With ${versions}, ${availableParallelism()} threads, ${rounds} rounds.`,
  ];
  return { head, rows, notes };
}
