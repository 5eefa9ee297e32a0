import { readPngRun, recordEnding, runFormat } from "../documents/carried-run.ts";
import { isPng } from "../files/png.ts";
import type { Hash, ItemOfRun, RunOutput, ValuesDiffer } from "../wire/wire.ts";
import { differentValues } from "./compare-runs.ts";
import { type RecordedValue, readRecord } from "./run-record.ts";

/** A run's outputs, and how the bytes of their files are read; undefined if they are gone. */
export type RunFiles = {
  readonly outputs: readonly RunOutput[];
  readonly read: (hash: Hash) => Promise<Uint8Array | undefined>;
};

/**
 * Which nodes gave other values on the way to one item than on the way to another, sources first. Their outputs' files say what they were made from; an
 * item that is no output is looked for in those of its run. Undefined if no file says it.
 */
export async function compareItems(
  before: ItemOfRun & RunFiles,
  now: ItemOfRun & RunFiles,
): Promise<ValuesDiffer | undefined> {
  const [old, current] = [await valuesOf(before), await valuesOf(now)];
  if (!old || !current) return undefined;
  // Items of a batch have their own numbers, and what they share has one.
  const different = new Set(
    differentValues(atItem(old, before.item), atItem(current, now.item)).map(({ node }) => node),
  );
  const nodes = new Set([...old, ...current].map(([node]) => node));
  return { different: [...nodes].filter((node) => different.has(node)), equal: nodes.size - different.size };
}

/** The values with the number of the item that is compared taken off. */
function atItem(values: readonly RecordedValue[], item: number): readonly RecordedValue[] {
  return values.map(([node, at, digest]) => [node, at === item ? -1 : at, digest]);
}

/** What the item was made from, itself included. */
async function valuesOf({
  node,
  item,
  outputs,
  read,
}: ItemOfRun & RunFiles): Promise<readonly RecordedValue[] | undefined> {
  const own = outputs.filter((output) => output.node === node && output.item === item);
  for (const output of own.length > 0 ? own : outputs) {
    const values = (await recordOf(output, read))?.values;
    const last = values?.findLastIndex(([at, number]) => at === node && number === item) ?? -1;
    if (values && own.length > 0) return values;
    if (values && last >= 0) return values.slice(0, last + 1);
  }
  return undefined;
}

async function recordOf({ files, picture }: RunOutput, read: RunFiles["read"]) {
  const hash = picture ?? files.find(({ ending }) => ending === recordEnding)?.hash;
  const bytes = hash === undefined ? undefined : await read(hash);
  if (!bytes) return undefined;
  try {
    return readRecord(isPng(bytes) ? readPngRun(bytes) : carriedBy(bytes));
  } catch {
    // Files of other versions may say it otherwise.
    return undefined;
  }
}

function carriedBy(bytes: Uint8Array): { readonly [field: string]: unknown } | undefined {
  const json = JSON.parse(new TextDecoder().decode(bytes)) as { readonly format?: unknown };
  return json.format === runFormat ? json : undefined;
}
