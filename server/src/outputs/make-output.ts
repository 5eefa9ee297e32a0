import { hash } from "node:crypto";
import {
  type AnyPlan,
  type AnyPlanNode,
  type Cache,
  type GivenOutput,
  type Kind,
  NodeError,
  planKinds,
  planNodes,
  type TracedEntry,
  utf8,
  type Value,
  type WorkflowJson,
} from "@clipwork/engine";
import { pictureKeyword, recordEnding, runFormat } from "../documents/carried-run.ts";
import { safeFileName } from "../files/file-name.ts";
import { insertText } from "../files/png.ts";
import type { MadeFile, MadeOutput, Provenance } from "../worker/worker-protocol.ts";
import { checkFiles } from "./check-files.ts";
import { hashPixels, type Pixels, readPixels } from "./pixels.ts";
import { digestDigits, type RecordedValue, type RunRecord } from "./run-record.ts";

type EntryReader = Pick<Cache, "get" | "atHand">;

/** A run, as far as the files of its outputs describe it. */
export type DescribedRun = {
  /** The document with its settings applied. */
  readonly json: WorkflowJson;
  readonly plan: AnyPlan;
  readonly provenance: Provenance;
};

/**
 * Makes the files of an output's value as its kind writes them; undefined for all outputs of a chosen node but its first. `shown`: what
 * the picture among them shows. Rejects with a NodeError if the kind fails to write them.
 */
export type OutputMaker = (
  output: GivenOutput,
  value: Value,
) => Promise<(MadeOutput & { readonly shown?: Pixels | undefined }) | undefined>;

/**
 * The one place that makes what a run's outputs keep. Unless `bare`, a picture carries the record of its run: the workflow, how it was run
 * and the digests of the values in `cache` that it was made from; beside files that carry no text there is a file with that
 * record. It holds no time and no place, so that equal runs make equal files.
 */
export function outputMaker(
  { json, plan, provenance }: DescribedRun,
  cache: EntryReader,
  { bare = false }: { readonly bare?: boolean } = {},
): OutputMaker {
  const kinds = planKinds(plan);
  const digests = new Digests(cache);
  return async ({ node: id, port, item, made }, value) => {
    const node = planNodes(plan).get(id)!;
    const [first = port] = Object.keys(node.definition.outputs);
    if (port !== first) return undefined;
    const kind = kinds(id, port)!;
    const { files, shown } = await writeFiles(kind, value);
    const output = { name: outputName(node), kind: kind.kind, shown };
    if (bare) return { ...output, files };
    const values = await recordValues(made, digests);
    const own = { node: id, item, kind: kind.kind, ...describeFiles(files), values };
    const parameters = textOf(plan, () => parametersOf(plan));
    const text = joinObjects(
      ...[JSON.stringify({ format: runFormat }), `{"workflow":${textOf(json, () => json)}}`],
      ...[JSON.stringify(own satisfies Partial<RunRecord>), `{"parameters":${parameters}}`, JSON.stringify(provenance)],
    );
    return { ...output, files: withRecord(files, text) };
  };
}

/** What the author of the workflow calls the files of a node: its parameter "name", else its id. */
export function outputName({ id, params: { name } }: AnyPlanNode): string {
  return safeFileName(typeof name === "string" ? name : "", id.replaceAll("/", "-"));
}

async function writeFiles(
  kind: Kind,
  value: Value,
): Promise<{ files: readonly MadeFile[]; shown: Pixels | undefined }> {
  const wrong = kind.check(value);
  if (wrong !== undefined) throw unwritten(`the value ${wrong}`);
  const files = await Promise.resolve()
    .then(() => kind.publish(value))
    .catch((error: unknown) => {
      throw unwritten(`the kind "${kind.noun}" failed: ${error instanceof Error ? error.message : String(error)}`);
    });
  const problem = checkFiles(files);
  if (problem !== undefined) throw unwritten(`the kind "${kind.noun}" ${problem}`);
  const picture = files.find(({ picture }) => picture);
  const shown = picture && (picture.pixels ? { ...picture.pixels, channels: 3 } : await readPixels(picture.bytes));
  const made = files.map(({ pixels: _, ...file }): MadeFile => {
    return { ...file, content: file.picture ? hashPixels(shown!.data) : hash("sha256", file.bytes) };
  });
  return { files: made, shown };
}

function unwritten(reason: string): NodeError {
  return new NodeError(
    `Its files cannot be written: ${reason}.`,
    "Tell whoever wrote the kind of value, or save another one.",
  );
}

function describeFiles(files: readonly MadeFile[]): Pick<RunRecord, "pixels" | "files"> {
  const picture = files.find(({ picture }) => picture);
  const others = files.filter((file) => file !== picture).map(({ ending, content }) => [ending, content]);
  return { ...(picture && { pixels: picture.content }), files: Object.fromEntries(others) };
}

/** Puts the text into each picture, and into a file of its own if there are other files. */
function withRecord(files: readonly MadeFile[], text: string): readonly MadeFile[] {
  const described = files.map((file) =>
    file.picture ? { ...file, bytes: insertText(file.bytes, pictureKeyword, text) } : file,
  );
  if (files.every(({ picture }) => picture)) return described;
  const bytes = utf8(`${text}\n`);
  const record = { ending: recordEnding, media: "application/json", bytes, content: hash("sha256", bytes) };
  return [...described, { ...record, record: true }];
}

/** The JSON of what is the same in all records of a workflow, which may be large: it is written once. */
const texts = new WeakMap<object, string>();

function textOf(thing: object, value: () => unknown): string {
  const text = texts.get(thing) ?? JSON.stringify(value());
  texts.set(thing, text);
  return text;
}

/** The JSON of one object with the fields of all of them, none of which is empty. */
function joinObjects(...objects: readonly string[]): string {
  return `{${objects.map((text) => text.slice(1, -1)).join()}}`;
}

/** Every parameter of every node, except those fed by a link. */
function parametersOf({ nodes }: AnyPlan): RunRecord["parameters"] {
  const parameters = nodes.map(({ id, params, links }) => {
    const linked = new Set(links.map(({ port }) => port));
    return [id, Object.fromEntries(Object.entries(params).filter(([name]) => !linked.has(name)))] as const;
  });
  return Object.fromEntries(parameters);
}

/** A cache in memory gives the same bytes again, which nobody changes. */
const digestsOfBytes = new WeakMap<Uint8Array, string>();

function digestOf(bytes: Uint8Array): string {
  const digest = digestsOfBytes.get(bytes) ?? hash("sha256", bytes).slice(0, digestDigits);
  digestsOfBytes.set(bytes, digest);
  return digest;
}

/** The beginning of the SHA-256 of entries' bytes, remembered: many outputs share what they are made from, and an entry never changes. */
class Digests {
  readonly #cache: EntryReader;
  readonly #known = new Map<string, string>();

  constructor(cache: EntryReader) {
    this.#cache = cache;
  }

  /** That of an entry which was looked for or is at hand. */
  now(key: string): string | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const bytes = this.#cache.atHand?.(key);
    return bytes && digestOf(bytes);
  }

  /** That of any entry; undefined if the cache does not have it. */
  async find(key: string): Promise<string | undefined> {
    const bytes = await this.#cache.get(key);
    const digest = bytes && digestOf(bytes);
    if (digest !== undefined) this.#known.set(key, digest);
    return digest;
  }
}

/** Values that the cache no longer has are left out: what lies before a kept value may be gone. */
async function recordValues(made: readonly TracedEntry[], digests: Digests): Promise<readonly RecordedValue[]> {
  const values: RecordedValue[] = [];
  for (const { node, item, key } of made) {
    const found = digests.now(key) ?? (await digests.find(key));
    if (found !== undefined) values.push([node, item, found]);
  }
  return values;
}
