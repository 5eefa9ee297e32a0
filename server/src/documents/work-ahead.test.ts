import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { emptyRun, type RunEvent, reduce } from "@clipwork/engine";
import { node, planOf, record, testEnvironment, testNodes, workflow } from "@clipwork/engine/testing";
import { Database } from "../data-folder/database.ts";
import { Forecast } from "../forecast/forecast.ts";
import { RunProgress } from "../forecast/run-progress.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore } from "../values/disk-store.ts";
import { lookAhead, workAhead, workKinds } from "./work-ahead.ts";

const chain = (last: number) =>
  planOf(
    workflow({
      one: node("math.constant", { value: 1 }),
      two: node("math.add", { b: 1 }, { a: "one.value" }),
      three: node("math.add", { b: last }, { a: "two.value" }),
    }),
    testEnvironment(testNodes),
    ["three"],
  );

function openForecast(context: TestContext) {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  return new Forecast(database);
}

test("what is kept is not ahead, what was changed is, and afresh all of it is", async (context) => {
  const store = diskStore(join(temporaryFolder(context), "values"));
  const ahead = async (last: number, fresh = false) => {
    const nodes = [...(await workAhead(chain(last), store, fresh)).keys()];
    const states = await lookAhead(chain(last), store, fresh);
    assert.deepEqual(
      nodes,
      [...states.keys()].filter((node) => states.get(node) === "would run"),
    );
    return nodes;
  };
  assert.deepEqual(await ahead(1), ["one", "two", "three"]);
  await record(chain(1), { cache: store });
  assert.deepEqual(await ahead(1), []);
  assert.deepEqual(await ahead(2), ["three"]);
  assert.deepEqual(await ahead(1, true), ["one", "two", "three"]);
});

test("the forecast counts the nodes ahead, and those that run against all expectation", async (context) => {
  const forecast = openForecast(context);
  const kindOf = (last: number, id: string) => workKinds(chain(last))(id)!;
  for (const [id, ms] of Object.entries({ one: 1, two: 20, three: 300 }))
    forecast.learn(kindOf(1, id), { ms, time: 0 });
  // Without a model they are of one kind whatever they add, so `two` is foretold by what `three` took.
  const progress = (last: number, ahead: string[]) =>
    new RunProgress(new Map(ahead.map((id) => [id, { kind: kindOf(last, id), items: 1 }])), forecast, () => 0);
  assert.equal(progress(1, []).msLeft(), 0);
  const one = progress(1, ["three"]);
  const all = progress(1, ["one", "two", "three"]);
  assert.ok(all.msLeft()! > one.msLeft()! && one.msLeft()! > 20);
  assert.deepEqual(one.counts(), { done: 0, all: 1 });
  let view = emptyRun("r");
  const tell = (event: RunEvent) => {
    view = reduce(view, event);
    one.record(event, view);
  };
  one.unforeseen("two", kindOf(1, "two"));
  tell({ event: "node.started", seq: 1, run: "r", time: 0, node: "two", item: 0 });
  assert.deepEqual(one.counts(), { done: 0, all: 2 });
  tell({ event: "node.finished", seq: 2, run: "r", time: 9, node: "two", item: 0, ms: 9 });
  assert.deepEqual(one.counts(), { done: 1, all: 2 });
});
