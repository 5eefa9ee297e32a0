import { hash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Problem } from "@clipwork/engine";
import type { Settings } from "../../terminal/settings.ts";
import { exitCodes, type Terminal, visible } from "../../terminal/terminal.ts";
import type { BatchRow } from "./read-batch.ts";

/** What became of one run: its exit code, the paths of its files, and what was wrong with what it was given. */
export type Ran = { readonly code: number; readonly files: readonly string[]; readonly refused?: readonly Problem[] };

/** In the output folder: a line of JSON for each row that is done. */
const journal = "batch.jsonl";

type Done = { readonly key: string; readonly files: readonly string[] };

/**
 * Runs the rows one after the other, each into a folder of its own. A row that was done before, of the same workflow with the same settings,
 * and whose files are still there is passed over, so that a batch that broke off goes on. Returns the exit code: 1 if a row failed.
 */
export async function runBatch(
  terminal: Terminal,
  options: {
    readonly rows: readonly BatchRow[];
    /** What a CSV's header names. */
    readonly header?: readonly string[];
    /** Set for every row; a row's own come last. */
    readonly settings: Settings;
    readonly file: string;
    readonly only: readonly string[];
    readonly out: string;
    readonly json: boolean;
    readonly signal: AbortSignal;
    readonly run: (settings: Settings, out: string) => Promise<Ran>;
  },
): Promise<number> {
  const { rows, file, only, out, json, signal, run } = options;
  // What cannot be read is reported by the first row.
  const workflow = hash("sha256", await readFile(file).catch(() => ""));
  const before = await readJournal(out);
  const counts = { done: 0, failed: 0, kept: 0 };
  for (const [i, row] of rows.entries()) {
    const settings = { ...options.settings, ...row.settings };
    const key = hash("sha256", JSON.stringify([workflow, settings, only]));
    const kept = isThere(before.get(row.name), key, out);
    if (json) terminal.out(JSON.stringify({ event: "batch.row", row: row.name, of: rows.length, settings, kept }));
    else terminal.err(`${i + 1} of ${rows.length}, ${visible(row.name)}${kept ? ": done before" : ""}`);
    if (kept) {
      counts.kept++;
      continue;
    }
    const { code, files, refused = [] } = await run(settings, join(out, row.name));
    if (code === exitCodes.interrupted || signal.aborted) return exitCodes.interrupted;
    // What is wrong with the first row is likely wrong with all: a column that the workflow does not expose.
    if (code === exitCodes.wrongInput && i === 0) {
      if (options.header && !json && refused.some((problem) => problem.code === "unknown-setting"))
        terminal.err(visible(headerHint(options.header)));
      return code;
    }
    if (code !== exitCodes.done) {
      counts.failed++;
      continue;
    }
    counts.done++;
    const done: Done = { key, files: files.map((path) => relative(out, path)) };
    await mkdir(out, { recursive: true });
    await appendLine(join(out, journal), JSON.stringify({ row: row.name, ...done }));
  }
  if (json) terminal.out(JSON.stringify({ event: "batch.finished", ...counts }));
  else terminal.err(`batch: ${counts.done} run, ${counts.kept} done before, ${counts.failed} failed`);
  return counts.failed > 0 ? exitCodes.failed : exitCodes.done;
}

/** What whoever wrote captions without a header should know. */
function headerHint(header: readonly string[]): string {
  const names = header.map((name) => JSON.stringify(name)).join(", ");
  return `The first line of a CSV is its header, here ${names}; captions alone, one a line, go into a .txt.`;
}

/** The last line of each row. A line that was cut off, as by a full disk, says nothing. */
async function readJournal(out: string): Promise<ReadonlyMap<string, Done>> {
  const text = await readFile(join(out, journal), "utf8").catch(() => "");
  const found = new Map<string, Done>();
  for (const line of text.split("\n")) {
    try {
      const { row, key, files } = JSON.parse(line) as { row: string } & Done;
      if (typeof key === "string" && Array.isArray(files)) found.set(row, { key, files });
    } catch {}
  }
  return found;
}

/** Appends a line to a file. One that was cut off before stays a line of its own. */
async function appendLine(path: string, line: string): Promise<void> {
  const handle = await open(path, "a+");
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    const torn = bytesRead === 1 && buffer.toString("latin1") !== "\n";
    await handle.appendFile(`${torn ? "\n" : ""}${line}\n`);
  } finally {
    await handle.close();
  }
}

function isThere(done: Done | undefined, key: string, out: string): boolean {
  return done?.key === key && done.files.every((file) => existsSync(join(out, file)));
}
