// What reads files of others: whatever they hold, they are read or refused with a sentence.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, readDocument } from "@clipwork/engine";
import { PackError, readManifest } from "@clipwork/models";
import fc from "fast-check";
import sharp from "sharp";
import { readSafetensors } from "../../models/src/pack/safetensors.ts";
import { readPngRun } from "../../server/src/documents/carried-run.ts";
import { fileTrouble } from "../../server/src/files/file-trouble.ts";
import { insertText } from "../../server/src/files/png.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { changedJson, mutants, oddNumerals } from "./mutants.ts";

const root = join(import.meta.dirname, "..", "..");
const bytesOf = (pattern: string, most = 1_000_000) =>
  globSync(pattern, { cwd: root })
    .map((file) => readFileSync(join(root, file)))
    .filter(({ length }) => length > 0 && length <= most);

/** One kind of input, and what has to hold of each. */
export type Target = {
  readonly name: string;
  readonly property: () => Promise<fc.IAsyncProperty<unknown>>;
  /** What has to hold when all were tried. */
  readonly after?: () => Promise<void>;
};

/** Runs it, and takes no error but those that are meant for people. */
export async function refuses(work: () => unknown, meant: (error: Error) => boolean): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!meant(error as Error)) throw error;
  }
}

/** An error whose message is a sentence, and not one of the language's own. */
const isSentence = (error: Error) => error.constructor === Error && /[.]$/.test(error.message);
const isPackError = (error: Error) => error instanceof PackError;

const documents = bytesOf("workflows/*.json");
const json = (all: readonly Uint8Array[]) => all.map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as unknown);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

export async function pictures(): Promise<readonly Uint8Array[]> {
  const picture = sharp({ create: { width: 9, height: 7, channels: 3, background: "#38c" } });
  const png = await picture.clone().png().toBuffer();
  const exif = { exif: { IFD0: { Orientation: "6", Copyright: "a" } } } as const;
  const run = JSON.stringify({ format: "clipwork-run/1", workflow: { format: "clipwork/1", nodes: {} } });
  return [png, insertText(png, "clipwork", run), await picture.clone().withMetadata(exif).jpeg().toBuffer()];
}

/** Workflows that are right, nearly so, or anything. */
export const workflowsNearly: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(shortHierarchy()) },
  { weight: 4, arbitrary: changedJson(fc.constant(shortHierarchy())) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

export const readers: readonly Target[] = [
  {
    name: "the text of documents",
    property: async () => fc.asyncProperty(mutants(documents), async (bytes) => void parseDocument(latin1(bytes))),
  },
  {
    name: "numerals",
    property: async () =>
      fc.asyncProperty(
        oddNumerals(fc.constantFrom(...documents.map(latin1))),
        async (text) => void parseDocument(text),
      ),
  },
  {
    name: "documents",
    property: async () =>
      fc.asyncProperty(changedJson(fc.constantFrom(...json(documents))), async (value) => void readDocument(value)),
  },
  {
    name: "manifests",
    property: async () =>
      fc.asyncProperty(changedJson(fc.constantFrom(...json(bytesOf("packs/*/manifest.json")))), async (value) =>
        refuses(() => readManifest(value), isPackError),
      ),
  },
  {
    name: "safetensors",
    property: async () =>
      fc.asyncProperty(mutants(bytesOf("packs/*/*.safetensors", 200_000)), async (bytes) =>
        refuses(() => readSafetensors(bytes, "a.safetensors"), isPackError),
      ),
  },
  {
    name: "runs in pictures",
    property: async () =>
      fc.asyncProperty(mutants(await pictures()), async (bytes) => refuses(() => readPngRun(bytes), isSentence)),
  },
  {
    name: "pictures",
    property: async () => fc.asyncProperty(mutants(await pictures()), async (bytes) => void (await fileTrouble(bytes))),
  },
];
