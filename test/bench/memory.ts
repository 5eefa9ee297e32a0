import { existsSync, readFileSync } from "node:fs";
import { atMost, type Findings } from "./findings.ts";
import { show, spread } from "./statistics.ts";
import { warmWorker } from "./warm-worker.ts";

/** Gigabytes of 2^30 bytes. */
const budget = 1.5;
const workflows = ["text-to-image", "seeds-grid"] as const;
const titles = {
  "text-to-image": "text to 1024 px, two seeds",
  "seeds-grid": "sixteen seeds at 64 px, twice",
} as const;

/** The most memory that the process ever held, in gigabytes; known where the system has /proc. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error("/proc tells no peak of memory");
  return Number(kilobytes) / 2 ** 20;
}

/** The peak of a new worker that runs the workflow with two seeds. */
async function measurePeak(workflow: (typeof workflows)[number]): Promise<number> {
  const worker = await warmWorker();
  for (const seed of ["1", "2"]) await worker.run(workflow, { seed });
  const peak = peakMemory(worker.pid!);
  await worker.close();
  return peak;
}

/** The memory of the worker process at its highest. */
export async function measure(
  rounds: { readonly [W in (typeof workflows)[number]]: number } = defaults,
): Promise<Findings> {
  const head = ["worker process", "peak resident memory, GB", "budget, GB"];
  if (!existsSync("/proc/self/status"))
    return { head, rows: [], notes: ["Not measured: this system does not tell a process's peak in /proc."] };
  const rows: string[][] = [];
  for (const workflow of workflows) {
    const peaks: number[] = [];
    for (let i = 0; i < rounds[workflow]; i++) peaks.push(await measurePeak(workflow));
    const peak = spread(peaks);
    rows.push([titles[workflow], show(peak, 2), workflow === "text-to-image" ? atMost(budget, peak.median) : ""]);
  }
  return { head, rows, notes: [] };
}

const defaults = { "text-to-image": 2, "seeds-grid": 1 } as const;
