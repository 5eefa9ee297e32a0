import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cache, defineKind, memoryCache, nodeDefiner, type Plan, type RunEvent, socketOf } from "@clipwork/engine";
import { gate, node, planOf, testEnvironment, workflow } from "@clipwork/engine/testing";
import { t } from "@clipwork/nodes";
import { outputMaker } from "../outputs/make-output.ts";
import { paint } from "../test-nodes.fixture.ts";
import { runOutputs } from "./run-outputs.ts";
import { WorkQueue } from "./views/work-queue.ts";

const slow = gate();
const defineNode = nodeDefiner<object>();
const image = { width: 1, height: 1, data: new Float32Array(3) };
const late = defineNode({
  type: "test.late",
  version: 1,
  title: "Late",
  summary: "Gives a picture when the test says so.",
  outputs: { image: t.image("The picture.") },
  async run() {
    await slow.opened;
    return { image };
  },
});
const environment = testEnvironment([paint, late]);

function parts(plan: Plan<object>, cache: Cache) {
  const provenance = { numerics: "none", nodePacks: [], stages: {}, versions: {} };
  return {
    queue: new WorkQueue(),
    make: outputMaker({ json: { format: "clipwork/1", nodes: {} }, plan, provenance }, cache),
  };
}

test("a picture is published while the rest still runs, and the end is reported after the last", async () => {
  const plan = planOf(workflow({ quick: node("test.paint"), last: node("test.late") }), environment, ["quick", "last"]);
  const cache = memoryCache();
  const log: string[] = [];
  const published = gate();
  const running = runOutputs(
    plan,
    {
      runId: "r",
      cache,
      services: {},
      clock: () => 0,
      emit: ({ event }: RunEvent) => void (event.startsWith("run.") && log.push(event)),
    },
    {
      ...parts(plan, cache),
      async publish({ output, made }) {
        // The end has to wait for this, too.
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`${output.node} ${made.files.length}`);
        published.open();
      },
      beforeEnd: async () => void log.push("before the end"),
    },
  );
  await published.opened;
  assert.deepEqual(log, ["run.started", "quick 1"]);
  slow.open();
  await running;
  assert.deepEqual(log.slice(2).toSorted(), ["before the end", "last 1", "run.finished"]);
  assert.equal(log.at(-1), "run.finished");
});

test("a value that the cache lost before its picture was made is an error that names the node", async () => {
  const plan = planOf(workflow({ quick: node("test.paint") }), environment, ["quick"]);
  const memory = memoryCache();
  const cache: Cache = { ...memory, get: async () => undefined };
  const options = { runId: "r", cache, services: {}, clock: () => 0, emit: () => {} };
  await assert.rejects(
    runOutputs(plan, options, { ...parts(plan, cache), publish: async () => {} }),
    /no longer has the value of quick; run it again/,
  );
});

test("an output whose kind fails to write it fails, numbered behind all else, and the run with it; others are kept", async () => {
  const film = defineKind<string>({
    kind: "film",
    check: () => undefined,
    publish: () => {
      throw new Error("no ink left");
    },
  });
  const shoot = defineNode({
    type: "test.shoot",
    version: 1,
    title: "Shoot",
    summary: "Gives a film.",
    outputs: { film: socketOf(film, "The film.") },
    run: () => ({ film: "" }),
  });
  const plan = planOf(
    workflow({ shoot: node("test.shoot"), quick: node("test.paint") }),
    testEnvironment([paint, shoot]),
    ["shoot", "quick"],
  );
  const cache = memoryCache();
  const events: RunEvent[] = [];
  const kept: string[] = [];
  await runOutputs(
    plan,
    { runId: "r", cache, services: {}, clock: () => 0, emit: (event) => void events.push(event) },
    { ...parts(plan, cache), publish: async ({ output }) => void kept.push(output.node) },
  );
  assert.deepEqual(kept, ["quick"]);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
  );
  const [failed, end] = events.slice(-2);
  assert.ok(failed!.event === "node.failed" && failed!.node === "shoot");
  assert.match(failed!.message, /cannot be written: the kind "film" failed: no ink left/);
  assert.equal(end!.event, "run.failed");
});
