import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { Problem } from "@clipwork/engine";
import { safeFileName } from "../../files/file-name.ts";
import { asText, readText } from "../../terminal/read-text.ts";
import type { Settings } from "../../terminal/settings.ts";
import { inputProblem } from "../../terminal/terminal.ts";
import { readCsv } from "./read-csv.ts";

/** One run of a batch: the folder that it writes to, and what is set for it. */
export type BatchRow = { readonly name: string; readonly settings: Settings };

type Read = { readonly rows: readonly BatchRow[]; readonly header?: readonly string[] } | { readonly problem: Problem };

const mostRows = 10_000;
const mostBytes = 64 * 2 ** 20;
/** What captions are set as, where no header says it. */
const captionName = "prompt";

/**
 * The rows of a batch: of a CSV whose header has the names that the workflow exposes, of a text file with a caption on each line, or of a
 * folder with a caption in each .txt.
 */
export async function readBatch(path: string): Promise<Read> {
  try {
    const info = await stat(path);
    const rows = info.isDirectory() ? await folderRows(path) : await fileRows(path, info.size);
    if ("problem" in rows) return rows;
    if (rows.rows.length === 0)
      return wrong(`${path} has no captions.`, "Give a CSV, a text or a folder with captions.");
    if (rows.rows.length > mostRows)
      return wrong(`${path} has ${rows.rows.length} rows; at most ${mostRows} are run.`, "Split it.");
    return rows;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    return wrong(`${path} cannot be read: ${code}.`, "Check the path of the captions.");
  }
}

const wrong = (message: string, remedy: string) => ({ problem: inputProblem("bad-batch", message, remedy) });

async function folderRows(path: string): Promise<Read> {
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /^[^.].*\.txt$/i.test(entry.name)).map(({ name }) => name);
  const rows: BatchRow[] = [];
  const taken = new Set<string>();
  for (const file of files.sort()) {
    const name = safeFileName(basename(file, extname(file)), "caption");
    if (taken.has(name.toLowerCase())) return wrong(`Two captions in ${path} would be called ${name}.`, "Rename one.");
    taken.add(name.toLowerCase());
    const text = await readText(join(path, file));
    if (text === undefined) return wrong(`${join(path, file)} is no text.`, asText);
    rows.push({ name, settings: { [captionName]: text.trim() } });
  }
  return { rows };
}

async function fileRows(path: string, size: number): Promise<Read> {
  if (size > mostBytes) return wrong(`${path} has ${size} bytes; at most ${mostBytes} are read.`, "Split it.");
  const text = await readText(path);
  if (text === undefined) return wrong(`${path} is no text.`, asText);
  if (!/\.(csv|tsv)$/i.test(path)) {
    const lines = text.split(/\r?\n/);
    const captions = lines.map((line) => line.trim()).filter((line) => line !== "");
    return { rows: numbered(captions.map((caption) => ({ [captionName]: caption }))) };
  }
  const table = readCsv(text);
  if (!table)
    return wrong(
      `${path} is no CSV: a quotation mark is not closed, or stands within a field.`,
      "Save it as CSV again.",
    );
  const [header = [], ...rows] = table;
  const names = header.map((name) => name.trim());
  if (names.includes("") || new Set(names).size < names.length)
    return wrong(`The header of ${path} has a name twice, or none.`, "Name each column as the workflow exposes it.");
  const odd = rows.findIndex((row) => row.length !== names.length);
  if (odd >= 0) {
    const fields = rows[odd]!.length;
    const message = `Row ${odd + 1} of ${path} has ${fields} ${fields === 1 ? "field" : "fields"}, and its header ${names.length}.`;
    return wrong(message, "Put fields with commas in quotation marks.");
  }
  // What is empty is not set: the workflow's own value stands.
  const settings = rows.map((row) =>
    Object.fromEntries(names.flatMap((name, i) => (row[i] === "" ? [] : [[name, row[i]!]]))),
  );
  return { rows: numbered(settings), header: names };
}

/** Named by their numbers, from 1, with as many digits as the last. */
function numbered(settings: readonly Settings[]): BatchRow[] {
  const digits = String(settings.length).length;
  return settings.map((one, i) => ({ name: String(i + 1).padStart(digits, "0"), settings: one }));
}
