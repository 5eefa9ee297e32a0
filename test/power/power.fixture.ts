import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { randomOf } from "../cli/kill.fixture.ts";
import { cutPower } from "./power-cut.ts";
import { type Op, Recorder } from "./recorder.ts";

/** What a disk holds after a power failure, and what had been promised before it. */
export type Cut = { readonly folder: string; readonly promised: ReadonlySet<string> };

export type Random = () => number;

/** Numbers that a seed decides, which is printed. */
export function seeded(context: TestContext): Random {
  const seed = Number(process.env.CLIPWORK_SEED ?? randomInt(2 ** 31));
  context.diagnostic(`CLIPWORK_SEED=${seed}`);
  return randomOf(seed);
}

/**
 * Does the work in a new folder, then has the power fail at that many moments of it, again and again from the same recording, and calls
 * `expect` with what each left.
 */
export async function failing(
  context: TestContext,
  { random, cuts = 40 }: { readonly random: Random; readonly cuts?: number },
  work: (folder: string, promise: (what: string) => void) => Promise<void>,
  expect: (cut: Cut) => Promise<void>,
): Promise<void> {
  const base = folderFor(context);
  const folder = join(base, "disk");
  const recorder = new Recorder(folder);
  try {
    await work(folder, (what) => recorder.promise(what));
  } finally {
    recorder.stop();
  }
  for (let i = 0; i < cuts; i++) {
    const ops = recorder.ops.slice(0, 1 + Math.floor(random() * recorder.ops.length));
    const left = join(base, `${i}`);
    cutPower(ops, left, random);
    await expect({ folder: left, promised: promisesIn(ops) });
  }
}

function promisesIn(ops: readonly Op[]): ReadonlySet<string> {
  return new Set(ops.flatMap((op) => (op.op === "promise" ? [op.what] : [])));
}
