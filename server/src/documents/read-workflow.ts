import { createReadStream, type Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { type Document, type Problem, parseDocument, type ReadResult, readDocument } from "@clipwork/engine";
import { isPng } from "../files/png.ts";
import { type CarriedRun, findRun, UnreadableRun } from "./carried-run.ts";

const maxBytes = 256 * 1024 * 1024;

/** A workflow that was read, with the run that it comes from where a file of a run's output brought it. */
export type ReadWorkflow = ReadResult & { readonly run?: CarriedRun };

/** The paths that stand for standard input. Opening it anew fails where it is a socket, as programs make it. */
const standardInput: readonly string[] = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/** Whether what is at the path is gone once it was read: standard input, or a pipe. */
export async function isReadOnce(path: string): Promise<boolean> {
  if (standardInput.includes(path)) return true;
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && isStream(info);
}

function isStream(info: Stats): boolean {
  return info.isFIFO() || info.isCharacterDevice();
}

/**
 * Reads a workflow from a JSON file, from a pipe such as a shell's <(…), from standard input for the path "-", or from a file that a run wrote: from a picture that carries it, or from the record beside
 * the file. What is wrong with it comes back as problems.
 */
export async function readWorkflow(path: string): Promise<ReadWorkflow> {
  if (standardInput.includes(path)) return readStream("standard input", process.stdin);
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (info instanceof Error) {
    return info.code === "ENOENT" || info.code === "ENOTDIR"
      ? wrong("file-missing", `There is no file ${path}.`, "Check the path.")
      : wrong("file-unreadable", `${path} cannot be read: ${info.code ?? info.message}.`, "Check the path.");
  }
  if (isStream(info)) {
    const read = await readStream(path, createReadStream(path)).catch((error: NodeJS.ErrnoException) => error);
    if (!(read instanceof Error)) return read;
    return wrong("file-unreadable", `${path} cannot be read: ${read.code ?? read.message}.`, "Allow reading it.");
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
  if (isPng(bytes)) return (await readCarried(path, bytes)) ?? noWorkflow(path);
  const own = readJson(path, bytes);
  return own.document ? own : ((await readCarried(path, bytes)) ?? own);
}

async function readStream(name: string, stream: AsyncIterable<Buffer>): Promise<ReadWorkflow> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes)
      return wrong("file-too-large", `More than ${maxBytes} bytes came from ${name}.`, "Name a workflow's file.");
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return isPng(bytes) ? ((await readCarried(name, bytes)) ?? noWorkflow(name)) : readJson(name, bytes);
}

function readJson(path: string, bytes: Buffer): ReadResult {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return parseDocument(text, `The workflow in ${path}`);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return wrong(
      "not-text",
      `${path} is neither text in UTF-8 nor a PNG picture.`,
      "Name a workflow (.json), or a picture that carries one (.png).",
    );
  }
}

/** The workflow of the run that made the file; undefined if the file has none. */
async function readCarried(path: string, bytes: Buffer): Promise<ReadWorkflow | undefined> {
  try {
    const run = await findRun(path, bytes);
    return run && { ...readDocument(run.workflow), run };
  } catch (error) {
    if (!(error instanceof UnreadableRun)) throw error;
    const { file, message } = error;
    return file === path && isPng(bytes)
      ? wrong(
          "damaged-picture",
          `The workflow in the picture ${path} cannot be read. ${message}`,
          "Use an undamaged copy of the picture, or the workflow file.",
        )
      : wrong(
          "damaged-record",
          `The record of the run in ${file} cannot be read. ${message}`,
          "Use an undamaged copy of it, or the workflow file.",
        );
  }
}

function noWorkflow(path: string): ReadResult {
  return wrong(
    "no-workflow",
    `The picture ${path} carries no workflow.`,
    "Name a picture that Clipwork wrote without --no-metadata and that no other program saved since.",
  );
}

function wrong(code: string, message: string, remedy: string): { document?: Document; problems: readonly Problem[] } {
  return { problems: [{ code, severity: "error", message, remedy }] };
}
