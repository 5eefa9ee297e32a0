import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from "node:os";

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

/** How busy the machine was before the first measurement: figures are worth little where others use the cores. */
export function describeLoad(): string {
  const load = loadavg()[0]!;
  const busy = load > 0.5 ? " Something else was running: **read times as upper limits**." : "";
  return `Average load of the minute before: ${load.toFixed(1)}.${busy}`;
}
