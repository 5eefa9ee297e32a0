import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type AnyPlan,
  type Cache,
  expandPlan,
  type Failure,
  type OutputRef,
  readValue,
  type TracedEntry,
  traceOutputs,
  type Value,
} from "@clipwork/engine";
import type { ImageValue } from "@clipwork/nodes";
import { type Rgb8, toRgb8 } from "@clipwork/nodes";
import sharp from "sharp";
import type { PreparedRun } from "../documents/prepare-run.ts";
import { pictureFormat, pictureKeyword } from "../documents/read-workflow.ts";
import { safeFileName } from "../files/file-name.ts";
import { placeFile } from "../files/place-file.ts";
import { insertText } from "../files/png.ts";
import type { DiskStore } from "../values/disk-store.ts";
import type { Provenance } from "../worker/worker-protocol.ts";
import { digestDigits, hashPixels, type PictureRun, type RecordedValue } from "./picture-run.ts";

/** One file that a run gave. */
export type PublishedFile = {
  readonly node: string;
  readonly port: string;
  readonly item: number;
  readonly file: string;
  /** SHA-256 of the raw 8-bit RGB: equal for equal pictures, whatever file holds them. */
  readonly pixels: string;
};

const tryAgain = "Make room, or name another folder, and run it again: what is kept is not computed anew.";

/**
 * Writes a picture file for each output of a run: a view of the value in the store, with the workflow that made it. A file
 * of other pixels is never replaced: the new one gets a numbered name beside it. Where the system refuses to write one, that is
 * among the failures, and the others are written.
 */
export async function publishOutputs(options: {
  readonly outputs: readonly OutputRef[];
  readonly store: DiskStore;
  readonly prepared: PreparedRun;
  /** Left out of the files where it is undefined. */
  readonly provenance: Provenance | undefined;
  readonly folder: string;
}): Promise<{ readonly published: readonly PublishedFile[]; readonly failures: readonly Required<Failure>[] }> {
  const { outputs, store, prepared, provenance, folder } = options;
  const taken = new Set<string>();
  const published: PublishedFile[] = [];
  const failures: Required<Failure>[] = [];
  const made = { plan: prepared.plan, cache: store.observed, outputs, digest: store.digest };
  const values = provenance ? await recordValues(made) : [];
  for (const [i, { node, port, item, value: ref }] of outputs.entries()) {
    const value = await readValue(store, ref);
    if (!isImage(value)) throw new Error(`The store no longer has the picture of ${node}; run it again.`);
    const picture = toRgb8(value);
    const pixels = hashPixels(picture.data);
    const png = await encodePng(picture);
    const text =
      provenance && JSON.stringify(describeRun(prepared, provenance, { node, item, pixels, values: values[i]! }));
    const bytes = text === undefined ? png : insertText(png, pictureKeyword, text);
    const several = outputs.some((other) => other.node === node && other.item > 0);
    const name = `${outputName(prepared, node)}${several ? `-${item}` : ""}`;
    try {
      await mkdir(folder, { recursive: true });
      const file = await placeFile(join(folder, name), ".png", bytes, async (path) => {
        return !taken.has(path) && (await pixelsOf(path)) === pixels;
      });
      taken.add(file);
      published.push({ node, port, item, file, pixels });
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      failures.push({
        node,
        item,
        message: `${name}.png could not be written to ${folder}: ${code}.`,
        remedy: tryAgain,
      });
    }
  }
  return { published, failures };
}

/**
 * Digests of all values that each output was made from, sources first. What the cache no longer has is left out: so it may be
 * with what lies before a kept value.
 */
export async function recordValues(of: {
  readonly plan: AnyPlan;
  readonly cache: Pick<Cache, "has" | "get">;
  readonly outputs: readonly OutputRef[];
  /** SHA-256 of an entry's bytes in hexadecimal. */
  readonly digest: (key: string) => Promise<string | undefined>;
}): Promise<readonly (readonly RecordedValue[])[]> {
  const record = async ({ node, item, key }: TracedEntry): Promise<RecordedValue[]> => {
    const digest = await of.digest(key);
    return digest === undefined ? [] : [[node, item, digest.slice(0, digestDigits)]];
  };
  const traced = traceOutputs(await expandPlan(of.plan, of.cache), of.outputs);
  return Promise.all(traced.map(async (entries) => (await Promise.all(entries.map(record))).flat()));
}

/** What was run, as far as its pictures tell of it. */
export type DescribedRun = { readonly document: Pick<PreparedRun["document"], "json">; readonly plan: AnyPlan };

/** What a picture tells of its origin. Holds no time and no place, so that equal runs give equal files. */
export function describeRun(
  { document, plan }: DescribedRun,
  provenance: Provenance,
  picture: Pick<PictureRun, "node" | "item" | "pixels" | "values">,
): PictureRun & { readonly format: string; readonly workflow: object } {
  const parameters = plan.nodes.map(({ id, params, links }) => {
    const linked = new Set(links.map(({ port }) => port));
    return [id, Object.fromEntries(Object.entries(params).filter(([name]) => !linked.has(name)))] as const;
  });
  return {
    format: pictureFormat,
    ...picture,
    workflow: document.json,
    parameters: Object.fromEntries(parameters),
    ...provenance,
  };
}

/** What the author of the workflow calls the pictures of an output. */
export function outputName({ plan }: Pick<DescribedRun, "plan">, node: string): string {
  const { name } = plan.nodes.find(({ id }) => id === node)?.params ?? {};
  return safeFileName(typeof name === "string" ? name : "", node);
}

/** True for a picture on a link. */
export function isImage(value: Value | undefined): value is ImageValue {
  return typeof value === "object" && value !== null && "width" in value && "height" in value && "data" in value;
}

/** The picture as a PNG file. */
export function encodePng({ width, height, data }: Rgb8): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** The hash of an existing file's pixels, or undefined where it is no picture of our kind. */
async function pixelsOf(path: string): Promise<string | undefined> {
  try {
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? hashPixels(data) : undefined;
  } catch {
    return undefined;
  }
}
