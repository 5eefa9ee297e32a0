import type { Rgb8 } from "@clipwork/nodes";
import type { Provenance } from "../worker/worker-protocol.ts";
import type { RecordedValue } from "./run-record.ts";

/** One fact about how two outputs were made that differs; undefined if an output lacks it. */
export type DifferentFact = {
  readonly fact: string;
  readonly before: string | undefined;
  readonly now: string | undefined;
};

/** Numerics, model stages by `pack/stage`, node packs and versions that differ. `concerns` says which stages count. */
export function compareFacts(
  before: Provenance,
  now: Provenance,
  concerns: (stage: string) => boolean = () => true,
): readonly DifferentFact[] {
  const numerics =
    before.numerics === now.numerics ? [] : [{ fact: "numerics", before: before.numerics, now: now.numerics }];
  const stages = compareRecords("model stage ", before.stages, now.stages).filter(({ fact }) =>
    concerns(fact.slice("model stage ".length)),
  );
  const nodePacks = compareRecords("node pack ", byName(before.nodePacks), byName(now.nodePacks));
  return [...numerics, ...stages, ...nodePacks, ...compareRecords("version of ", before.versions, now.versions)];
}

/** Node packs by name; each is written `name@version sha256:…`. */
function byName(nodePacks: readonly string[]): { readonly [name: string]: string } {
  return Object.fromEntries(nodePacks.map((pack) => [pack.slice(0, pack.lastIndexOf("@")), pack]));
}

function compareRecords(
  what: string,
  before: { readonly [name: string]: string },
  now: { readonly [name: string]: string },
): DifferentFact[] {
  const [old, current] = [new Map(Object.entries(before)), new Map(Object.entries(now))];
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((name) => old.get(name) !== current.get(name))
    .map((name) => ({ fact: what + name, before: old.get(name), now: current.get(name) }));
}

/**
 * The items whose values differ, or that only one has, in the order of `before` and then of `now`. A value that several nodes
 * share has one name in a record, and version 0.1 chose another: the same value under another name is no difference.
 */
export function differentValues(
  before: readonly RecordedValue[],
  now: readonly RecordedValue[],
): readonly { readonly node: string; readonly item: number }[] {
  const name = ([node, item]: RecordedValue) => `${node} ${item}`;
  const digests = (values: readonly RecordedValue[]) => new Map(values.map((value) => [name(value), value[2]]));
  const [old, current] = [digests(before), digests(now)];
  const added = now.filter((value) => !old.has(name(value)));
  const renamed = new Set(added.map(([, , digest]) => digest));
  const gone = before.filter((value) => {
    const digest = current.get(name(value));
    return digest === undefined ? !renamed.has(value[2]) : digest !== value[2];
  });
  const missing = new Set(before.filter((value) => !current.has(name(value))).map(([, , digest]) => digest));
  return [...gone, ...added.filter(([, , digest]) => !missing.has(digest))].map(([node, item]) => ({ node, item }));
}

/** How far two pictures are apart: the largest difference of 8-bit values, and the peak signal-to-noise ratio in decibels. */
export type PixelDistance = { readonly largest: number; readonly psnr: number };

/** The distance of two pictures; undefined if their sizes differ. Equal pictures have an infinite ratio. */
export function comparePixels(a: Rgb8, b: Rgb8): PixelDistance | undefined {
  if (a.width !== b.width || a.height !== b.height) return undefined;
  let largest = 0;
  let squares = 0;
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs(a.data[i]! - b.data[i]!);
    largest = Math.max(largest, difference);
    squares += difference * difference;
  }
  return { largest, psnr: 10 * Math.log10((255 * 255 * a.data.length) / squares) };
}

/**
 * How far two machines may differ: at 40 dB nobody can tell the pictures apart, and the limit on single values finds a wrong spot
 * in an otherwise equal picture.
 */
export const tolerance = { psnr: 40, largest: 32 } as const;

export function isWithinTolerance({ psnr, largest }: PixelDistance): boolean {
  return psnr >= tolerance.psnr && largest <= tolerance.largest;
}
