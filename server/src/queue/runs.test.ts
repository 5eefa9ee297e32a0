import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Problem, Unusable } from "@clipwork/engine";
import { memoryArtifacts } from "../artifacts/memory-artifacts.ts";
import { Refusal } from "../artifacts/refusal.ts";
import type { CheckReply, CheckRequest } from "../checker/checker-protocol.ts";
import { Database } from "../data-folder/database.ts";
import type { JsonBytes } from "../files/json-bytes.ts";
import { packJson, unpackJson } from "../files/packed-json.ts";
import { CurrentRuns } from "../forecast/current-runs.ts";
import { Forecast } from "../forecast/forecast.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { MemoryQueue } from "./memory/memory-queue.ts";
import { Places } from "./places.ts";
import { Runs } from "./runs.ts";

const asset = "a".repeat(64);
const warning: Problem = { severity: "warning", code: "w", message: "m", remedy: "r" };

/** Runs on a queue in memory; a document that holds "bad" is refused by the check. */
function openRuns(context: TestContext) {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  const queue = new MemoryQueue();
  const artifacts = memoryArtifacts((error) => {
    throw error;
  });
  const forecast = new Forecast(database);
  const current = new CurrentRuns(forecast, () => 0);
  const asked: CheckRequest[] = [];
  let trouble: Unusable | undefined;
  const disk = { free: 1000, all: 2000 };
  const held = new Map<string, Promise<void>>();
  const checker = {
    async check(request: CheckRequest): Promise<CheckReply> {
      asked.push(request);
      await held.get(unpackJson(request.document));
      if (unpackJson(request.document).includes("bad")) return { problems: [{ ...warning, severity: "error" }] };
      const nodes = new TextEncoder().encode('[{"node":"n","state":"would run"}]');
      // Of a document of kept values only a fresh run computes something.
      const isKept = unpackJson(request.document).includes("kept") && !request.want.outlook?.fresh;
      const outlook = { nodes, kinds: isKept ? {} : { k: 2 } };
      const accepted = { title: "T", assets: [asset], checked: new Uint8Array([1]), outlook };
      return { accepted, problems: [warning] };
    },
  };
  const workflows = { document: (id: string) => packJson(`{"saved":"${id}"}`) };
  const places = new Places(queue, forecast, current);
  const room = async () => disk;
  const runs = new Runs({ queue, checker, workflows, artifacts, forecast, current, places, held: () => trouble, room });
  /** The check of such a document does not end before the returned function is called. */
  const hold = (json: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held.set(json, promise);
    return resolve;
  };
  const prevent = (now: Unusable | undefined) => {
    trouble = now;
  };
  return { runs, queue, artifacts, forecast, asked, places, hold, prevent, disk };
}

const read = (json: JsonBytes) => JSON.parse(json.toString());
const empty = packJson("{}");
const refused = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason;

test("a run that passes its check waits, with what it was asked for, and uses the pictures that it names", async (context) => {
  const { runs, queue, artifacts, asked } = openRuns(context);
  const run = read(await runs.submit({ document: packJson('{"a":1}'), set: { seed: 3 }, targets: ["n"], fresh: true }));
  const { id, created: _, ...rest } = run;
  assert.deepEqual(rest, {
    ...{ document: { a: 1 }, state: "queued", title: "T", priority: "normal", outputs: [], position: 0 },
    ...{ set: { seed: 3 }, warnings: [warning], seq: 1, targets: ["n"] },
  });
  assert.deepEqual(await artifacts.owners(), [`run ${id}`]);
  assert.deepEqual(await queue.kinds(id), { k: 2 });
  assert.deepEqual(asked[0]!.want, { order: true, outlook: { fresh: true, states: false } });
});

test("what cannot be run is refused with its problems, and leaves nothing", async (context) => {
  const { runs, queue, artifacts } = openRuns(context);
  await assert.rejects(runs.submit({ document: packJson('"bad"') }), refused("invalid"));
  assert.deepEqual([await queue.countWaiting(), await artifacts.owners()], [0, []]);
  await assert.rejects(runs.foresee({ document: packJson('"bad"') }), refused("invalid"));
});

test("a run that the queue does not take uses no pictures", async (context) => {
  const { runs, queue, artifacts } = openRuns(context);
  queue.submit = async () => {
    throw new Error("disk full");
  };
  await assert.rejects(runs.submit({ document: empty }), /disk full/);
  assert.deepEqual(await artifacts.owners(), []);
});

test("without a document the saved workflow is run; with both the document, as a run of that workflow", async (context) => {
  const { runs, asked } = openRuns(context);
  await runs.submit({ workflow: "w" });
  await runs.submit({ workflow: "w", document: packJson("null") });
  const both = read(await runs.submit({ workflow: "w", document: packJson('{"own":1}') }));
  assert.deepEqual(
    asked.map(({ document }) => unpackJson(document)),
    ['{"saved":"w"}', '{"saved":"w"}', '{"own":1}'],
  );
  assert.equal(both.workflow, "w");
});

test("places and waits add up: what runs now, what waits before, and the run itself", async (context) => {
  const { runs, queue, forecast, places } = openRuns(context);
  const [a, b] = [read(await runs.submit({ document: empty })), read(await runs.submit({ document: empty }))];
  assert.deepEqual([a.msLeft, b.position], [undefined, 1]);
  forecast.learn("k", { ms: 10, time: 1 });
  const waits = async () =>
    (await runs.list({ limit: 9 })).runs.map(({ id, position, msLeft }) => [id, position, msLeft]);
  assert.deepEqual(await waits(), [
    [b.id, 1, 40],
    [a.id, 0, 20],
  ]);
  const first = read(await runs.submit({ document: empty, first: true }));
  assert.deepEqual([first.position, first.msLeft], [0, 20]);
  assert.deepEqual(await places.of(b.id), { position: 2, msLeft: 60 });
  await runs.move(b.id, 0);
  assert.deepEqual(await places.of(b.id), { position: 0, msLeft: 20 });
  await queue.lease();
  assert.equal(await places.of(b.id), undefined, "a run that runs has no place");
});

test("of very many runs that wait the first twenty are forecast", async (context) => {
  const { runs, forecast } = openRuns(context);
  forecast.learn("k", { ms: 10, time: 1 });
  for (let i = 0; i < 22; i++) await runs.submit({ document: empty });
  const waits = (await runs.list({ limit: 99 })).runs.map(({ msLeft }) => msLeft).reverse();
  assert.deepEqual(waits.slice(18), [380, 400, undefined, undefined]);
  const last = (await runs.list({ limit: 1 })).runs[0]!;
  const { position, msLeft } = (await runs.summary(last.id))!;
  assert.deepEqual([position, msLeft], [21, undefined]);
});

test("a forecast queues nothing", async (context) => {
  const { runs, queue, forecast } = openRuns(context);
  assert.deepEqual(read(await runs.foresee({ document: empty })), {
    nodes: [{ node: "n", state: "would run" }],
    kinds: {},
  });
  forecast.learn("k", { ms: 10, time: 1 });
  assert.equal(read(await runs.foresee({ document: empty })).ms, 20);
  assert.equal(await queue.countWaiting(), 0);
});

test("what cannot be done with a run is refused with the reason, and what does not exist is unknown", async (context) => {
  const { runs, queue } = openRuns(context);
  const { id } = read(await runs.submit({ document: empty }));
  const lease = (await queue.lease())!;
  await assert.rejects(runs.move(id, 0), refused("conflict"));
  await assert.rejects(runs.remove(id), refused("conflict"));
  assert.equal(read(await runs.cancel(id)).state, "running");
  await queue.giveBack(lease, "lost");
  assert.equal(read(await runs.cancel(id)).state, "cancelled", "to cancel it again is no mistake");
  const again = read(await runs.retry(id));
  assert.notEqual(again.id, id);
  await queue.report((await queue.lease())!, { event: "run.finished", executed: 0, cached: 1, outputs: [], ms: 1 });
  await assert.rejects(runs.cancel(again.id), refused("conflict"));
  await runs.remove(id);
  for (const act of [
    runs.detail(id),
    runs.cancel(id),
    runs.move(id, 0),
    runs.remove(id),
    runs.retry(id),
    runs.record(id),
  ])
    await assert.rejects(act, refused("unknown"));
  assert.equal(await runs.summary(id), undefined);
});

test("a run in passing is asked once to stop, however many come after it", async (context) => {
  const { runs, queue } = openRuns(context);
  const asked: string[] = [];
  queue.watch({ stopping: (run) => asked.push(run) });
  const { id } = read(await runs.submit({ document: empty, passing: "live" }));
  await queue.lease();
  for (let i = 0; i < 3; i++) await runs.submit({ document: empty, passing: "live" });
  await runs.submit({ document: empty });
  assert.deepEqual(asked, [id]);
});

test("of runs in passing the one that was asked for last stays, whichever check ends first", async (context) => {
  const { runs, queue, artifacts, hold } = openRuns(context);
  const go = hold('{"a":1}');
  const older = runs.submit({ document: packJson('{"a":1}'), passing: "live" });
  const other = runs.submit({ document: packJson('{"a":1}'), passing: "other" });
  const newer = read(await runs.submit({ document: empty, passing: "live" }));
  go();
  await assert.rejects(older, refused("conflict"));
  const left = [newer.id, read(await other).id];
  assert.deepEqual(await queue.waiting(), left);
  assert.deepEqual(await artifacts.owners(), left.map((id) => `run ${id}`).sort());
});

test("an older run in passing runs if the newer one is refused", async (context) => {
  const { runs, queue, hold } = openRuns(context);
  const go = hold('{"a":1}');
  const older = runs.submit({ document: packJson('{"a":1}'), passing: "live" });
  await assert.rejects(runs.submit({ document: packJson('"bad"'), passing: "live" }), refused("invalid"));
  go();
  const { id } = read(await older);
  assert.deepEqual(await queue.waiting(), [id]);
});

test("a run in passing cannot be moved, nor given another priority", async (context) => {
  const { runs } = openRuns(context);
  const { id } = read(await runs.submit({ document: empty, passing: "live" }));
  await assert.rejects(runs.move(id, 0), /in passing waits behind all others/);
  await assert.rejects(runs.prioritize(id, "high"), refused("conflict"));
});

test("the queue says why no run begins, as long as it is so (A5)", async (context) => {
  const { runs, prevent } = openRuns(context);
  assert.deepEqual(await runs.head(), { paused: false, waiting: 0 });
  const held = { message: "The disk is full.", remedy: "Free some space." };
  prevent(held);
  assert.deepEqual(await runs.head(), { paused: false, waiting: 0, held });
  assert.deepEqual((await runs.queue()).held, held);
  prevent(undefined);
  assert.equal("held" in (await runs.head()), false);
});

test("a run that would write more than is free on the disk is refused with both sizes, leaves nothing, and is taken once there is room", async (context) => {
  const { runs, queue, artifacts, forecast, disk } = openRuns(context);
  const MB = 2 ** 20;
  assert.equal(read(await runs.foresee({ document: empty })).disk, undefined, "nobody knows what it writes");
  forecast.learn("k", { ms: 1, time: 1, bytes: 40 * MB });
  disk.free = 79 * MB;
  assert.deepEqual(read(await runs.foresee({ document: empty })).disk, { bytes: 80 * MB, free: 79 * MB });
  await assert.rejects(runs.submit({ document: empty }), (error) => {
    assert.ok(refused("disk")(error));
    assert.match((error as Refusal).message, /write about 80 MB, judged by earlier ones, and 79 MB are free/);
    return true;
  });
  assert.deepEqual([await queue.countWaiting(), await artifacts.owners()], [0, []]);
  await assert.rejects(runs.submit({ document: empty, fresh: true }), refused("disk"));
  const { id } = read(await runs.submit({ document: packJson('"kept"'), fresh: true }));
  assert.deepEqual(await queue.kinds(id), { k: 2 }, "what is kept is written in its own place");
  await queue.cancel(id);
  await queue.remove(id);
  disk.free = 80 * MB;
  await runs.submit({ document: empty });
  assert.equal(await queue.countWaiting(), 1);
});
