import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ParamValue, Problem } from "@clipwork/engine";
import type { Rgb8 } from "@clipwork/nodes";
import sharp from "sharp";
import { readPngRun } from "../documents/read-workflow.ts";
import type { Provenance } from "../worker/worker-protocol.ts";

/** Hexadecimal digits of a value's SHA-256 that a picture records: 64 bits tell values apart, and a picture stays small. */
export const digestDigits = 16;

/** The value of an item of a node: the beginning of the SHA-256 of its canonical bytes. */
export type RecordedValue = readonly [node: string, item: number, digest: string];

/** What a picture tells of the run that made it, beside its workflow. */
export type PictureRun = Provenance & {
  /** Which output of the run it is. */
  readonly node: string;
  readonly item: number;
  /** SHA-256 of its raw 8-bit RGB. */
  readonly pixels: string;
  /** Every parameter of every node that ran, defaults filled in, those fed by a link left out. */
  readonly parameters: { readonly [node: string]: { readonly [name: string]: ParamValue } };
  /** What the picture was made from, sources first. Empty in pictures of Clipwork 0.1. */
  readonly values: readonly RecordedValue[];
};

/** SHA-256 of raw 8-bit RGB. */
export function hashPixels(data: Uint8Array): string {
  return hash("sha256", data);
}

/** A picture and the record of its run. */
export type RecordedPicture = { readonly run: PictureRun; readonly picture: Rgb8 };

/** Reads a picture with its record, which is checked for its shape. Throws a sentence where there is none. */
export async function readPicture(bytes: Uint8Array): Promise<RecordedPicture> {
  const run = readRecord(readPngRun(bytes));
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { run, picture: { width: info.width, height: info.height, data } };
}

/** The same for a file, whose pixels are checked against the record. */
export async function readPictureRun(path: string): Promise<RecordedPicture | { readonly problem: Problem }> {
  try {
    const { run, picture } = await readPicture(await readFile(path));
    if (hashPixels(picture.data) === run.pixels) return { run, picture };
    const message = `The picture ${path} was changed after it was made: its pixels are not those that it records.`;
    return { problem: wrong("changed-picture", message, "Use the picture as Clipwork wrote it.") };
  } catch (error) {
    const message = `The picture ${path} does not tell how it was made. ${(error as Error).message}`;
    return { problem: wrong("no-record", message, "Use an undamaged picture that Clipwork wrote.") };
  }
}

/** The record in the text of a picture, trusting nothing. Throws a sentence where it has another shape. */
export function readRecord(text: { readonly [field: string]: unknown } | undefined): PictureRun {
  const { node, item, pixels, numerics, parameters, stages, versions, nodePacks = [], values = [] } = text ?? {};
  const sound =
    typeof node === "string" &&
    Number.isSafeInteger(item) &&
    typeof pixels === "string" &&
    typeof numerics === "string" &&
    isRecordOf(stages, (digest) => typeof digest === "string") &&
    isRecordOf(versions, (version) => typeof version === "string") &&
    isRecordOf(parameters, (of) => isRecordOf(of, (value) => typeof value !== "object" || value === null)) &&
    Array.isArray(nodePacks) &&
    nodePacks.every((pack) => typeof pack === "string") &&
    Array.isArray(values) &&
    values.every(isRecordedValue);
  if (!sound) throw new Error("Its record of the run is missing or not in the shape that Clipwork writes.");
  return { node, item, pixels, numerics, parameters, stages, versions, nodePacks, values } as PictureRun;
}

function isRecordOf(value: unknown, holds: (field: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(holds);
}

function isRecordedValue(value: unknown): boolean {
  const [node, item, digest] = Array.isArray(value) ? value : [];
  return typeof node === "string" && Number.isSafeInteger(item) && typeof digest === "string";
}

function wrong(code: string, message: string, remedy: string): Problem {
  return { code, severity: "error", message, remedy };
}
