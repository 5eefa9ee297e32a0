import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { parseJson } from "@clipwork/engine";
import { isPng, readText } from "../files/png.ts";

/** The keyword of the text in which a PNG carries the run that made it. */
export const pictureKeyword = "clipwork";
/** The format of that text, and of the file beside what cannot carry a text. */
export const runFormat = "clipwork-run/1";
/** How the name of such a file ends, after the name that the files of an output share. */
export const recordEnding = ".clipwork.json";

/** A run as its files carry it. Only its format is checked. */
export type CarriedRun = { readonly workflow: unknown; readonly [field: string]: unknown };

/** A record of a run that cannot be read, with the file that has it. */
export class UnreadableRun extends Error {
  readonly file: string;

  constructor(file: string, { message }: Error) {
    super(message);
    this.file = file;
  }
}

/**
 * The run that made a file: a PNG carries it, a file that ends with `recordEnding` is it, and for any other file it lies beside.
 * Undefined if there is none. Throws an UnreadableRun if it is damaged or of a newer format.
 */
export async function findRun(path: string, bytes: Uint8Array): Promise<CarriedRun | undefined> {
  const carried = isPng(bytes) ? readFrom(path, () => readPngRun(bytes)) : undefined;
  if (carried) return carried;
  if (path.endsWith(recordEnding)) return readFrom(path, () => parseRun(bytes));
  const beside = join(dirname(path), basename(path, extname(path)) + recordEnding);
  const record = await readFile(beside).catch(() => undefined);
  return record && readFrom(beside, () => parseRun(record));
}

/** The run that a PNG carries, or undefined. Throws a sentence if it is damaged or of a newer format. */
export function readPngRun(png: Uint8Array): CarriedRun | undefined {
  const text = readText(png, pictureKeyword);
  return text === undefined ? undefined : readRun(text);
}

function readFrom<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UnreadableRun(file, error as Error);
  }
}

/** The run in a record beside files. Throws a sentence if it is damaged or of a newer format. */
export function parseRun(bytes: Uint8Array): CarriedRun {
  return readRun(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
}

function readRun(text: string): CarriedRun {
  const { json, problem } = parseJson(text);
  if (problem) throw new Error(problem.message);
  const { format, workflow } = (json ?? {}) as { format?: unknown; workflow?: unknown };
  if (format !== runFormat || workflow === undefined) {
    const given = typeof format === "string" ? JSON.stringify(format.slice(0, 80)) : "missing";
    throw new Error(`Its format is ${given}; this version reads "${runFormat}".`);
  }
  return json as CarriedRun;
}
