import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";
import { memoryClaims } from "@clipwork/engine";
import { packNeed } from "../documents/needs.ts";
import { PackLibrary } from "../installed/pack-library.ts";
import type { WatchOptions } from "../worker/worker.ts";
import type { CheckedRun, RunOrder } from "../worker/worker-protocol.ts";
import { placedWorker } from "./placed-worker.ts";

const digest = "d".repeat(64);
const packRoot = join(import.meta.dirname, "..", "..", "..", "packs");
const plan = { numerics: "theirs" };

/** A machine that has one file and the packs of this repository; its worker notes what it is given, and computes nothing. */
function machine() {
  const given: CheckedRun[] = [];
  const options: (WatchOptions | undefined)[] = [];
  const artifacts = new Set([digest]);
  const worker = { starts: 1, refuses: false };
  const claims = memoryClaims();
  const placed = placedWorker(
    {
      get starts() {
        return worker.starts;
      },
      async run({ checked }: RunOrder, _listener, more) {
        given.push(JSON.parse(inflateSync(checked).toString()));
        options.push(more);
        return worker.refuses ? { problems: [] } : { end: {} as never, provenance: undefined };
      },
    },
    {
      packs: new PackLibrary([packRoot]),
      artifacts: {
        open: async (hash) => (artifacts.has(hash) ? ({ [Symbol.asyncDispose]: async () => {} } as never) : undefined),
      },
      place: (hash) => `/here/${hash}`,
      claims,
      numerics: "this machine's",
    },
  );
  const run = async (more: Partial<CheckedRun>, watching: WatchOptions = {}) => {
    const checked = { workflow: {}, plan, packs: {}, files: {}, ...more };
    const order = { checked: deflateSync(JSON.stringify(checked)), values: "v", fresh: false };
    const result = await placed.run(order, () => {}, watching);
    return "problems" in result ? (result.problems[0]?.message ?? "refused") : "run";
  };
  return { placed, worker, run, given, options, artifacts, claims };
}

const packed = (name: string, digests = { part: digest }) => ({ [name]: { folder: "/there", digests, hashes: {} } });

test("a run that another machine checked takes this machine's numerics, files and packs", async () => {
  const { run, given, artifacts } = machine();
  const files = { "a.png": { path: "/there/a", digest } };
  assert.equal(await run({ files, packs: packed("toybox") }), "run");
  const { toybox } = given[0]!.packs;
  assert.deepEqual(
    [given[0]!.files, given[0]!.plan.numerics],
    [{ "a.png": { path: `/here/${digest}`, digest } }, "this machine's"],
  );
  assert.equal(toybox!.folder, join(packRoot, "toybox"));
  assert.deepEqual(toybox!.digests, { part: digest }, "what was checked is compared by the worker's process");
  artifacts.clear();
  assert.match(await run({ files, packs: packed("toybox") }), /no longer in the store/, "though it was run before");
  assert.equal(given.length, 1);
});

test("a run is refused by name without a pack of its own", async () => {
  const { run, given } = machine();
  assert.match(await run({ packs: packed("karlo") }), /no model pack "karlo"/);
  assert.equal(given.length, 0);
});

test("a worker claims what it computes among all of the fleet, and what its host asks of a run stays", async () => {
  const { run, options, claims } = machine();
  const onLine = () => {};
  await run({}, { onLine });
  assert.deepEqual([options[0]!.claims === claims, options[0]!.onLine === onLine], [true, true]);
});

test("packs are warm once a run of theirs was carried out, until the process is another one", async () => {
  const { placed, run, worker } = machine();
  const [a, b] = [packed("toybox"), packed("toybox", { part: "e".repeat(64) })];
  const needs = [a, b].map(({ toybox }) => packNeed("toybox", toybox!.digests));
  worker.refuses = true;
  assert.equal(await run({ packs: a }), "refused");
  assert.deepEqual(placed.warm(), []);
  worker.refuses = false;
  await run({ packs: a });
  assert.deepEqual(placed.warm(), [needs[0]]);
  await run({ packs: b });
  assert.deepEqual(placed.warm(), needs.toSorted());
  worker.starts++;
  assert.deepEqual(placed.warm(), []);
  await run({ packs: b });
  assert.deepEqual(placed.warm(), [needs[1]], "what another process had loaded is not loaded in this one");
});

test("what is warm is said in one order, whichever pack was used last, and of many packs only the last used", async () => {
  const { placed, run } = machine();
  const packs = Array.from({ length: 10 }, (_, i) => packed("toybox", { part: `${i}`.repeat(64) }));
  for (const pack of packs) await run({ packs: pack });
  const last = packs.slice(2).map(({ toybox }) => packNeed("toybox", toybox!.digests));
  const before = placed.warm();
  assert.deepEqual(before, last.toSorted());
  for (const pack of packs.slice(2).toReversed()) {
    await run({ packs: pack });
    assert.deepEqual(placed.warm(), before, "so a worker that takes turns with two packs has nothing new to offer");
  }
  await run({ packs: packs[0]! });
  assert.ok(!placed.warm().includes(last.at(-1)!), "the one that was used longest ago went");
});
