import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { atMost, type Findings } from "./findings.ts";
import { root, temporaryFolder, workflowFile } from "./places.ts";
import { type Spread, show, spread, timed } from "./statistics.ts";
import { type TimedRun, warmWorker } from "./warm-worker.ts";

/** Seconds until the picture is there. */
const bars = { "text-to-image-256": 12, "text-to-image-quick": 12, "text-to-image": 30 } as const;
type Workflow = keyof typeof bars;
const titles: { readonly [W in Workflow]: string } = {
  "text-to-image-256": "256",
  "text-to-image-quick": "256, in few steps",
  "text-to-image": "1024",
};
/** Seconds of encode, prior and decode together, in few steps and in a warm worker. */
const smallBar = 0.25;

/** The nodes that take time, in the order of the pipeline. */
const stages = ["encode", "prior", "decode", "enlarge", "detail"] as const;

const total = ({ prepare, run, publish }: TimedRun) => prepare + run + publish;

/** Runs with other seeds each, after one that loads the models. */
async function measureWarm(workflow: Workflow, rounds: number): Promise<TimedRun[]> {
  const worker = await warmWorker();
  const runs: TimedRun[] = [];
  for (let i = 0; i <= rounds; i++)
    runs.push(await worker.run(workflow, { seed: String(100 + i), prompt: `a red cube on ${grounds[i % 3]!}` }));
  await worker.close();
  return runs.slice(1);
}

/** Another caption each time, so that the text is encoded again as well. */
const grounds = ["sand", "grass", "wood"] as const;

/** The whole command in a new process with an empty store; what it reads from disk, the system may have in memory. */
async function measureCold(workflow: Workflow, rounds: number): Promise<Spread> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const data = temporaryFolder();
    const args = ["run", workflowFile(workflow), "--data", data, "--out", join(data, "out")];
    times.push(await timed(() => runCommand(args)));
  }
  return spread(times);
}

function runCommand(args: readonly string[]): void {
  const main = join(root, "server", "src", "cli", "start.mjs");
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the command ended with ${status}: ${stderr}`);
}

/** One row of the table, and what the warm runs of it took. */
async function measureWorkflow(workflow: Workflow, rounds: number) {
  const warm = await measureWarm(workflow, rounds);
  const cold = await measureCold(workflow, rounds);
  const stage = (name: string) => {
    const times = warm.flatMap(({ nodes }) => nodes.get(name) ?? []);
    return times.length === 0 ? "" : seconds(spread(times));
  };
  const rest = warm.map((one) => total(one) - stages.reduce((sum, name) => sum + (one.nodes.get(name) ?? 0), 0));
  const whole = spread(warm.map(total));
  const cells = [...stages.map(stage), seconds(spread(rest)), seconds(whole)];
  const row = [titles[workflow], ...cells, atMost(bars[workflow], whole.median / 1000), seconds(cold)];
  return { row, warm };
}

/** The nodes up to the decoder's picture; an encoding that is kept takes no time. */
function untilDecoded({ nodes }: TimedRun): number {
  return ["encode", "prior", "decode"].reduce((sum, name) => sum + (nodes.get(name) ?? 0), 0);
}

const seconds = ({ median, min, max }: Spread) => show({ median: median / 1000, min: min / 1000, max: max / 1000 }, 2);

/** A caption to a picture of 256 and of 1024 pixels, with the pack's default steps, and of 256 in few. */
export async function measure(rounds = 4): Promise<Findings> {
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const workflow of Object.keys(bars) as Workflow[]) {
    const { row, warm } = await measureWorkflow(workflow, rounds);
    rows.push(row);
    if (workflow !== "text-to-image-quick") continue;
    const small = spread(warm.map(untilDecoded));
    const kept = atMost(smallBar, small.median / 1000);
    notes.push(
      `In few steps encode, prior and decode, a picture of 64 pixels, take ${seconds(small)} s together (${kept}).`,
    );
  }
  return { head: ["pixels", ...stages, "rest", "all, warm", "bar, s", "all, cold"], rows, notes };
}
