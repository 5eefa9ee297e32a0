import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus } from "node:os";
import type { Device, Provider } from "./provider.ts";

/**
 * How graphs with external data are loaded, so that their weights stay in the files, mapped, and are not copied: weights are not packed
 * for the kernels, and convolutions are not put into another order ("all" does that).
 */
export const mapped = { level: "extended", prepacking: false } as const;

/**
 * What decides the bits of a result besides the model and its inputs: provider, precision, version of the runtime, family
 * of the processor, how external data is loaded, and on a GPU the bits that a probe computed there, since nothing reports its name. One line of text,
 * for fingerprints.
 */
export function describeNumerics(provider: Provider, bits?: string): string {
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  const family = (cpus()[0]?.model ?? "unknown")
    .replace(/\((?:R|TM)\)/gi, "")
    .replace(/ CPU\b| Processor\b|@.*$| \d+-Core\b/g, "")
    .replace(/\s+/g, " ")
    .trim();
  const gpu = bits === undefined ? [] : [`bits ${bits}`];
  const data = `external data ${mapped.level}, ${mapped.prepacking ? "" : "not "}prepacked`;
  return [provider, "float32", `onnxruntime ${version}`, arch(), family, ...vectorUnits(), data, ...gpu].join("; ");
}

/** The CPU, which needs no probe. */
export function cpuDevice(): Device {
  return { provider: "cpu", numerics: describeNumerics("cpu") };
}

/** The widest vector instructions that the kernels choose between, if the system reports them. */
function vectorUnits(): string[] {
  try {
    const flags = /^flags\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(" ") ?? [];
    return ["amx_tile", "avx512f", "avx2"].filter((flag) => flags.includes(flag)).slice(0, 1);
  } catch {
    return [];
  }
}
