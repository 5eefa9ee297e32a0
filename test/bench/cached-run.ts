import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { atMost, type Findings } from "./findings.ts";
import { root, temporaryFolder, workflowFile } from "./places.ts";
import { type Spread, show, spread, timed } from "./statistics.ts";
import { type TimedRun, warmWorker } from "./warm-worker.ts";

const workflow = "text-to-image";
/** Milliseconds. */
const budget = 300;

async function measureWarm(rounds: number): Promise<TimedRun[]> {
  const worker = await warmWorker();
  const runs: TimedRun[] = [];
  for (let i = 0; i < rounds + 2; i++) runs.push(await worker.run(workflow));
  await worker.close();
  // The first computes, the second meets the files for the first time.
  const warm = runs.slice(2);
  if (warm.some(({ executed }) => executed > 0)) throw new Error("a node ran again");
  return warm;
}

/** The same run as a command of its own, which starts the process, finds all in its store and writes the picture. */
async function measureCommand(rounds: number, args: readonly string[]): Promise<Spread> {
  const data = temporaryFolder();
  const options = ["run", workflowFile(workflow), "--data", data, "--out", join(data, "out")];
  const run = () => {
    const { status, stderr } = spawnSync(process.execPath, [...args, ...options], { encoding: "utf8" });
    if (status !== 0) throw new Error(`the command ended with ${status}: ${stderr}`);
  };
  run();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) times.push(await timed(run));
  return spread(times);
}

/** What a run costs of which nothing has to be computed. */
export async function measure(rounds = 9): Promise<Findings> {
  const warm = await measureWarm(2 * rounds + 1);
  const row = (name: string, value: Spread, limit?: number) => [
    name,
    show(value, 0),
    limit === undefined ? "" : atMost(limit, value.median),
  ];
  const parts = (of: (run: TimedRun) => number) => spread(warm.map(of));
  return {
    head: ["of the 1024 px workflow, all values kept", "ms", "budget, ms"],
    rows: [
      row(
        "reading and checking workflow and pack",
        parts(({ prepare }) => prepare),
      ),
      row(
        "the run, in a warm worker",
        parts(({ run }) => run),
      ),
      row(
        "writing the picture",
        parts(({ publish }) => publish),
      ),
      row(
        "**together, in a warm process**",
        parts(({ prepare, run, publish }) => prepare + run + publish),
        budget,
      ),
      row("the whole command", await measureCommand(rounds, [join(root, "server", "src", "cli", "start.mjs")])),
      row(
        "the same through `npm start`, less npm itself",
        await measureCommand(rounds, [join(root, "bootstrap.mjs"), "start"]),
      ),
    ],
    notes: [],
  };
}
