import { hash } from "node:crypto";
import type { AnyPlan, AnyPlanNode, Cache, GivenOutput, TracedEntry, Value, WorkflowJson } from "@clipwork/engine";
import { type ImageValue, image, type Rgb8, toRgb8 } from "@clipwork/nodes";
import sharp from "sharp";
import { pictureFormat, pictureKeyword } from "../documents/read-workflow.ts";
import { safeFileName } from "../files/file-name.ts";
import { insertText } from "../files/png.ts";
import type { Provenance } from "../worker/worker-protocol.ts";
import { kindFinder } from "./output-kind.ts";
import { digestDigits, hashPixels, type PictureRun, type RecordedValue } from "./picture-run.ts";

/** What is run, as far as its pictures tell of it. */
export type DescribedRun = {
  /** The document with its settings applied. */
  readonly json: WorkflowJson;
  readonly plan: AnyPlan;
  readonly provenance: Provenance;
};

/** A picture file in memory. */
export type MadePicture = {
  /** What the author of the workflow calls the pictures of this output: a name for a file, without ending. */
  readonly name: string;
  /** A PNG. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the raw 8-bit RGB: equal for equal pictures, whatever file holds them. */
  readonly pixels: string;
};

/** Makes the file of an output's value; undefined for a value of a kind that is no picture. */
export type PictureMaker = (output: GivenOutput, value: Value) => Promise<MadePicture | undefined>;

/**
 * The one maker of a run's pictures. Each carries the workflow, how it was run and the digests of the values in `cache` that it
 * was made from, unless `bare`. It holds no time and no place, so that equal runs give equal files.
 */
export function pictureMaker(
  { json, plan, provenance }: DescribedRun,
  cache: Pick<Cache, "get">,
  { bare = false }: { readonly bare?: boolean } = {},
): PictureMaker {
  const kindOf = kindFinder(plan);
  const names = new Map(plan.nodes.map((of) => [of.id, outputName(of)]));
  const parameters = parametersOf(plan);
  const digest = rememberDigests(cache);
  return async ({ node, port, item, made }, value) => {
    if (kindOf(node, port) !== image.kind) return undefined;
    const picture = toRgb8(value as ImageValue);
    const pixels = hashPixels(picture.data);
    const png = await encodePng(picture);
    const { width, height } = picture;
    const file = { name: names.get(node)!, width, height, pixels };
    if (bare) return { ...file, bytes: png };
    const values = await recordValues(made, digest);
    const run = { node, item, pixels, values, workflow: json, parameters, ...provenance } satisfies PictureRun & {
      readonly workflow: WorkflowJson;
    };
    const text = JSON.stringify({ format: pictureFormat, ...run });
    return { ...file, bytes: insertText(png, pictureKeyword, text) };
  };
}

/** What the author of the workflow calls the files of a node: its parameter "name", else its id. */
export function outputName({ id, params: { name } }: AnyPlanNode): string {
  return safeFileName(typeof name === "string" ? name : "", id);
}

/** Every parameter of every node, those fed by a link left out. */
function parametersOf({ nodes }: AnyPlan): PictureRun["parameters"] {
  const parameters = nodes.map(({ id, params, links }) => {
    const linked = new Set(links.map(({ port }) => port));
    return [id, Object.fromEntries(Object.entries(params).filter(([name]) => !linked.has(name)))] as const;
  });
  return Object.fromEntries(parameters);
}

type Digest = (key: string) => Promise<string | undefined>;

/** SHA-256 of an entry's bytes in hexadecimal. Many outputs share what they are made from, and an entry never changes. */
function rememberDigests(cache: Pick<Cache, "get">): Digest {
  const known = new Map<string, string>();
  return async (key) => {
    const bytes = known.has(key) ? undefined : await cache.get(key);
    if (bytes) known.set(key, hash("sha256", bytes, "hex"));
    return known.get(key);
  };
}

/** What the cache no longer has is left out: so it may be with what lies before a kept value. */
async function recordValues(made: readonly TracedEntry[], digest: Digest): Promise<readonly RecordedValue[]> {
  const values: RecordedValue[] = [];
  for (const { node, item, key } of made) {
    const found = await digest(key);
    if (found !== undefined) values.push([node, item, found.slice(0, digestDigits)]);
  }
  return values;
}

function encodePng({ width, height, data }: Rgb8): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
