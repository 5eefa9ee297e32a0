import { readFileSync } from "node:fs";
import { childrenOf } from "../cli/clipwork.fixture.ts";

/** Whether a process with that command line is a worker. */
export function isWorkerLine(line: string | undefined): boolean {
  return line?.includes("worker-process") === true;
}

/** The workers of a server, as Linux tells them: it has other children too, which read uploads. */
export function workersOf(server: number): readonly number[] {
  return childrenOf(server).filter((child) => child > 0 && isWorkerLine(commandLine(child)));
}

function commandLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
