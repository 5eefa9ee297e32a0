import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Findings } from "./findings.ts";
import { python, root, toybox } from "./places.ts";
import { show, spread } from "./statistics.ts";
import { type TimedRun, warmWorker } from "./warm-worker.ts";

const caption = "a large red metal cube on sand";
const module = "training.judge.diffusers_speed";

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

type Round = { readonly ours: Seconds; readonly float32: Seconds; readonly bfloat16: Seconds };

async function measureRounds(rounds: number): Promise<{ versions: string; found: Round[] }> {
  const worker = await warmWorker();
  const diffusers = await startDiffusers();
  const found: Round[] = [];
  for (let seed = 0; seed <= rounds; seed++) {
    const run = async () => ours(await worker.run("text-to-image-256", { seed: String(seed), prompt: `${caption}` }));
    found.push({
      ours: await run(),
      float32: await diffusers.draw("float32", seed),
      bfloat16: await diffusers.draw("bfloat16", seed),
    });
  }
  await Promise.all([worker.close(), diffusers.close()]);
  // The first loads and warms up.
  return { versions: diffusers.versions, found: found.slice(1) };
}

/** A caption to 256 pixels here and in diffusers' own pipeline, with the same weights, steps and threads. */
export async function measure(rounds = 4): Promise<Findings> {
  const head = ["stage", "Clipwork, s", "diffusers, s", "diffusers / Clipwork", "diffusers in bfloat16, s"];
  if (!existsSync(python))
    return { head, rows: [], notes: ["Not measured: there is no `training/.venv`; `npm run test:training` makes it."] };
  const { versions, found } = await measureRounds(rounds);
  const rows = stages.map((stage) => {
    const of = (way: keyof Round) => show(spread(found.map((round) => round[way][stage])), 2);
    const ratio = spread(found.map((round) => round.float32[stage] / round.ours[stage]));
    return [stage, of("ours"), of("float32"), show(ratio, 2), of("bfloat16")];
  });
  return { head, rows, notes: [`With ${versions}, ${availableParallelism()} threads.`] };
}
