import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

const require = createRequire(import.meta.url);

/** One line that says what the figures were measured on. */
export function describeMachine(): string {
  const { version } = require("onnxruntime-node/package.json") as { version: string };
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return [
    `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "an unknown processor"}`,
    `${gigabytes} GB of memory`,
    `${platform()} ${arch()}`,
    `Node ${process.versions.node}`,
    `onnxruntime-node ${version}`,
  ].join(", ");
}

/** Starts to watch the processor; the answer tells how many cores processes that are not ours used meanwhile, where /proc tells. */
export function watchOthers(): () => number | undefined {
  const start = { busy: busySeconds(), ours: childSeconds(), time: performance.now() };
  return () => {
    const ours = childSeconds();
    if (ours === undefined || start.ours === undefined) return undefined;
    const others = busySeconds() - start.busy - (ours - start.ours);
    return Math.max(0, others / ((performance.now() - start.time) / 1000));
  };
}

/** Seconds that all cores together have worked. */
function busySeconds(): number {
  const milliseconds = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return milliseconds.reduce((sum, value) => sum + value, 0) / 1000;
}

/** Seconds that this process's ended children have worked, with theirs, where /proc tells. */
export function childSeconds(): number | undefined {
  try {
    // Fields 16 and 17 in hundredths of a second, counted behind the name, which may hold spaces.
    const stat = readFileSync("/proc/self/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return undefined;
  }
}

/** Processor time of one process until now, in milliseconds: other programs on the machine hardly change it. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** What a reader must know of the company that a measurement had. */
export function describeOthers(cores: number | undefined): string {
  if (cores === undefined) return "";
  const warning = cores > 0.2 ? " **Read times as upper limits.**" : "";
  return `Meanwhile other programs used ${cores.toFixed(1)} of ${availableParallelism()} cores.${warning}`;
}
