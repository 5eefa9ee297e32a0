import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { chromeTrace, type Problem, ProfileReader, type RunEvent, stageTimes, type WorkEvent } from "@clipwork/engine";
import { replaceFile } from "../files/whole-file.ts";
import { seconds } from "./node-tally.ts";
import { size } from "./size.ts";
import { inputProblem } from "./terminal.ts";

/** Gathers where the time of a run goes while it runs. */
export class RunProfile {
  readonly #reader = new ProfileReader();

  hear(event: RunEvent | WorkEvent): void {
    this.#reader.add(event);
  }

  /** A table for people: what each model took, what was left, and the most memory. */
  lines(): readonly string[] {
    const profile = this.#reader.profile();
    const { stages, rest } = stageTimes(profile);
    const cells = [
      ["stage", "runs", "rows", "time", "share"],
      ...stages.map(({ stage, runs, rows, ms, share }) => [stage, `${runs}`, `${rows}`, seconds(ms), percent(share)]),
      ["everything else", "", "", seconds(rest.ms), percent(rest.share)],
    ];
    const widths = cells[0]!.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
    const table = cells.map(([first = "", ...others]) =>
      [first.padEnd(widths[0]!), ...others.map((cell, i) => cell.padStart(widths[i + 1]!))].join("  ").trimEnd(),
    );
    if (profile.memory.length === 0) return table;
    const most = (of: "rss" | "loaded") => size(profile.memory.reduce((high, now) => Math.max(high, now[of]), 0));
    return [...table, `at most ${most("rss")} of memory, ${most("loaded")} of models loaded`];
  }

  /** Writes the timeline to a file in Chrome's trace format, in place of one that was there. Returns why it could not be written. */
  async write(file: string): Promise<Problem | undefined> {
    try {
      await mkdir(dirname(file), { recursive: true });
      await replaceFile(file, [Buffer.from(JSON.stringify(chromeTrace(this.#reader.profile())))]);
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return inputProblem("unwritten", `The trace ${file} could not be written: ${reason}`, "Name another file.");
    }
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
