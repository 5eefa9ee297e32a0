import { readFile, stat } from "node:fs/promises";
import { type Document, type Problem, parseDocument, parseJson, type ReadResult, readDocument } from "@clipwork/engine";
import { isPng, readText } from "../files/png.ts";

/** The keyword of the text in which a picture carries the run that made it. */
export const pictureKeyword = "clipwork";
/** The format of that text. */
export const pictureFormat = "clipwork-run/1";

const maxBytes = 256 * 1024 * 1024;

/** Reads a workflow from a JSON file, or from a picture that carries one. What is wrong with it comes back as problems. */
export async function readWorkflow(path: string): Promise<ReadResult> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (info instanceof Error) {
    return info.code === "ENOENT" || info.code === "ENOTDIR"
      ? wrong("file-missing", `There is no file ${path}.`, "Check the path.")
      : wrong("file-unreadable", `${path} cannot be read: ${info.code ?? info.message}.`, "Check the path.");
  }
  if (!info.isFile()) {
    return wrong(
      "not-a-file",
      `${path} is not a file.`,
      "Name a workflow (.json), or a picture that carries one (.png).",
    );
  }
  if (info.size > maxBytes) {
    return wrong("file-too-large", `${path} has ${info.size} bytes; at most ${maxBytes} are read.`, "Name a workflow.");
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) {
    return wrong("file-unreadable", `${path} cannot be read: ${bytes.code ?? bytes.message}.`, "Allow reading it.");
  }
  return isPng(bytes) ? readPicture(path, bytes) : readJson(path, bytes);
}

function readJson(path: string, bytes: Buffer): ReadResult {
  try {
    return parseDocument(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return wrong(
      "not-text",
      `${path} is neither text in UTF-8 nor a PNG picture.`,
      "Name a workflow (.json), or a picture that carries one (.png).",
    );
  }
}

function readPicture(path: string, bytes: Buffer): ReadResult {
  try {
    const run = readPngRun(bytes);
    if (run) return readDocument(run.workflow);
    return wrong(
      "no-workflow",
      `The picture ${path} carries no workflow.`,
      "Name a picture that Clipwork wrote without --no-metadata and that no other program saved since.",
    );
  } catch (error) {
    return wrong(
      "damaged-picture",
      `The workflow in the picture ${path} cannot be read. ${(error as Error).message}`,
      "Use an undamaged copy of the picture, or the workflow file.",
    );
  }
}

/** A run as a picture carries it. Only its format is checked. */
type CarriedRun = { readonly workflow: unknown; readonly [field: string]: unknown };

/** The run that a PNG file carries, or undefined. Throws a sentence where it is damaged or of a newer format. */
export function readPngRun(png: Uint8Array): CarriedRun | undefined {
  const text = readText(png, pictureKeyword);
  if (text === undefined) return undefined;
  const { json, problem } = parseJson(text);
  if (problem) throw new Error(problem.message);
  const { format, workflow } = (json ?? {}) as { format?: unknown; workflow?: unknown };
  if (format !== pictureFormat || workflow === undefined) {
    const given = typeof format === "string" ? JSON.stringify(format.slice(0, 80)) : "missing";
    throw new Error(`Its format is ${given}; this version reads "${pictureFormat}".`);
  }
  return json as CarriedRun;
}

function wrong(code: string, message: string, remedy: string): { document?: Document; problems: readonly Problem[] } {
  return { problems: [{ code, severity: "error", message, remedy }] };
}
