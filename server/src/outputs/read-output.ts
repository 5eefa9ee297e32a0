import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Problem } from "@clipwork/engine";
import { type CarriedRun, readPngRun, recordEnding } from "../documents/carried-run.ts";
import { isPng } from "../files/png.ts";
import type { MadeOutput } from "../worker/worker-protocol.ts";
import { hashPixels, type Pixels, readPixels } from "./pixels.ts";
import { type RunRecord, readRecord } from "./run-record.ts";

/** The record of the run that made an output, with the output's picture if it has one. */
export type RecordedOutput = { readonly record: RunRecord; readonly picture?: Pixels };

/** Reads the record in the run that a file carries, as `readWorkflow` found it, and checks the file against it. */
export async function readOutput(
  path: string,
  run: CarriedRun | undefined,
): Promise<RecordedOutput | { readonly problem: Problem }> {
  try {
    const bytes = await readFile(path);
    const record = readRecord(run);
    if (path.endsWith(recordEnding)) return { record };
    if (isPng(bytes) && record.pixels !== undefined) {
      const picture = await readPixels(bytes);
      return hashPixels(picture.data) === record.pixels ? { record, picture } : { problem: changed(path, "pixels") };
    }
    return hash("sha256", bytes) === record.files[extname(path)] ? { record } : { problem: changed(path, "bytes") };
  } catch (error) {
    const message = `The file ${path} does not say how it was made. ${(error as Error).message}`;
    return {
      problem: wrong("no-record", message, "Use an undamaged file that Clipwork wrote, with the record beside it."),
    };
  }
}

/** The same for an output that was just made, and is not bare. */
export async function recordOf({ files }: MadeOutput): Promise<RecordedOutput> {
  const picture = files.find(({ picture }) => picture);
  const record = files.find(({ record }) => record);
  const carried = record ? JSON.parse(new TextDecoder().decode(record.bytes)) : readPngRun(picture!.bytes);
  return { record: readRecord(carried), ...(picture && { picture: await readPixels(picture.bytes) }) };
}

function changed(path: string, what: "pixels" | "bytes"): Problem {
  const picture = what === "pixels";
  return wrong(
    picture ? "changed-picture" : "changed-file",
    `The ${picture ? "picture" : "file"} ${path} was changed after it was made: its ${what} are not those that it records.`,
    `Use the ${picture ? "picture" : "file"} as Clipwork wrote it.`,
  );
}

function wrong(code: string, message: string, remedy: string): Problem {
  return { code, severity: "error", message, remedy };
}
