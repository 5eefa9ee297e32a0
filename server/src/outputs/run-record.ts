import type { ParamValue } from "@clipwork/engine";
import type { Provenance } from "../worker/worker-protocol.ts";

/** Hexadecimal digits of a value's SHA-256 in a record: 64 bits are enough to tell values apart, and a record stays small. */
export const digestDigits = 16;

/** The value of an item of a node: the beginning of the SHA-256 of its canonical bytes. */
export type RecordedValue = readonly [node: string, item: number, digest: string];

/** What the files of an output record about the run that made them, besides its workflow. */
export type RunRecord = Provenance & {
  /** Which output of the run they belong to. */
  readonly node: string;
  readonly item: number;
  /** The kind of its value. */
  readonly kind: string;
  /** SHA-256 of the raw 8-bit pixels of its picture, if it has one. */
  readonly pixels?: string;
  /** SHA-256 of the bytes of its other files, by their endings. */
  readonly files: { readonly [ending: string]: string };
  /** Every parameter of every node that ran, defaults filled in, except those fed by a link. */
  readonly parameters: { readonly [node: string]: { readonly [name: string]: ParamValue } };
  /** What the output was made from, sources first. Empty in pictures of Clipwork 0.1. */
  readonly values: readonly RecordedValue[];
};

/** The record in what a file carries, trusting nothing. Throws an error with a sentence if it has another shape. */
export function readRecord(carried: { readonly [field: string]: unknown } | undefined): RunRecord {
  // Clipwork 0.1 kept pictures only, and did not say so.
  const { node, item, kind = "image", pixels, files = {}, ...more } = carried ?? {};
  const { numerics, parameters, stages, versions, nodePacks = [], values = [] } = more;
  const sound =
    typeof node === "string" &&
    Number.isSafeInteger(item) &&
    typeof kind === "string" &&
    isRecordOf(files, (digest) => typeof digest === "string") &&
    (pixels === undefined ? Object.keys(files as object).length > 0 : typeof pixels === "string") &&
    typeof numerics === "string" &&
    isRecordOf(stages, (digest) => typeof digest === "string") &&
    isRecordOf(versions, (version) => typeof version === "string") &&
    isRecordOf(parameters, (of) => isRecordOf(of, (value) => typeof value !== "object" || value === null)) &&
    Array.isArray(nodePacks) &&
    nodePacks.every((pack) => typeof pack === "string") &&
    Array.isArray(values) &&
    values.every(isRecordedValue);
  if (!sound) throw new Error("Its record of the run is missing or not in the shape that Clipwork writes.");
  const read = { node, item, kind, files, numerics, parameters, stages, versions, nodePacks, values };
  return (pixels === undefined ? read : { ...read, pixels }) as RunRecord;
}

/** Whether both describe the same files: the same pixels, and the same bytes of all others. */
export function haveEqualFiles(a: RunRecord, b: RunRecord): boolean {
  const endings = new Set([...Object.keys(a.files), ...Object.keys(b.files)]);
  return a.pixels === b.pixels && [...endings].every((ending) => a.files[ending] === b.files[ending]);
}

function isRecordOf(value: unknown, holds: (field: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(holds);
}

function isRecordedValue(value: unknown): boolean {
  const [node, item, digest] = Array.isArray(value) ? value : [];
  return typeof node === "string" && Number.isSafeInteger(item) && typeof digest === "string";
}
