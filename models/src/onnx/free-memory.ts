import { readFileSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";

/** The system's own number, and the root of its files: a test gives others. */
export type MemorySource = { readonly system?: () => number; readonly root?: string };

/**
 * Bytes of memory that this process can still take without pushing out what other programs hold: the system's free memory, which counts
 * the cached files that it can drop, or what a control group of the process leaves of its limit, if that is less (Linux, cgroup versions
 * 1 and 2, each group that the process is in). Swap does not count.
 */
export function freeMemory({ system = freemem, root = "/" }: MemorySource = {}): number {
  return Math.max(0, Math.min(system(), ...groupsOf(root).map((folder) => leftIn(folder))));
}

/** Names of a control group's files: version 2, version 1. */
const versions = [
  { limit: "memory.max", used: "memory.current", cached: /^(?:in)?active_file (\d+)$/gm },
  { limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes", cached: /^total_(?:in)?active_file (\d+)$/gm },
] as const;

/** What a group leaves of its limit, Infinity without one. Cached files count as its use, and the system drops them first. */
function leftIn(folder: string): number {
  for (const { limit, used, cached } of versions) {
    const [most, now] = [number(read(join(folder, limit))), number(read(join(folder, used)))];
    if (most === undefined || now === undefined) continue;
    const stat = read(join(folder, "memory.stat")) ?? "";
    const files = [...stat.matchAll(cached)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    return most - Math.max(0, now - files);
  }
  return Number.POSITIVE_INFINITY;
}

/** The folders of the process's groups of memory, each with all above it. Inside a container the process's own group is the root. */
function groupsOf(root: string): string[] {
  const lines = (read(join(root, "proc/self/cgroup")) ?? "").split("\n").map((line) => line.split(":"));
  return lines.flatMap(([, controllers, path]) => {
    if (path === undefined) return [];
    const one = controllers === "" ? "" : controllers!.split(",").includes("memory") ? "memory" : undefined;
    if (one === undefined) return [];
    const parts = path.split("/").filter(Boolean);
    return [...parts, ""].map((_, depth) => join(root, "sys/fs/cgroup", one, ...parts.slice(0, depth)));
  });
}

/** Undefined for "max" and for what is not there. */
function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
