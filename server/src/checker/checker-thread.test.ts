import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { cpuDevice } from "@clipwork/models/onnx";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { CheckerThread } from "./checker-thread.ts";

function threadFor(context: TestContext, idleMs: number): CheckerThread {
  const folder = temporaryFolder(context);
  const setup = { nodePacks: [], packRoots: [], device: cpuDevice() };
  const thread = new CheckerThread(
    { setup, values: join(folder, "values"), artifacts: join(folder, "artifacts") },
    idleMs,
  );
  context.after(() => thread.close());
  return thread;
}

const body = () => new TextEncoder().encode("[1]");

test("a thread without work ends, and the next call starts another", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const thread = threadFor(context, 1000);
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(await thread.call("read", body()), { rest: [1] });
    context.mock.timers.tick(999);
    assert.ok(thread.running);
    context.mock.timers.tick(1);
    assert.ok(!thread.running);
  }
});

test("a thread with work does not end, however long it takes", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const thread = threadFor(context, 1000);
  await thread.call("read", body());
  context.mock.timers.tick(999);
  const asked = thread.call("read", body());
  context.mock.timers.tick(5000);
  assert.ok(thread.running);
  assert.deepEqual(await asked, { rest: [1] });
});

test("a call that comes while an idle thread ends is answered by the next", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const thread = threadFor(context, 1000);
  await thread.call("read", body());
  context.mock.timers.tick(1000);
  assert.deepEqual(await thread.call("read", body()), { rest: [1] });
});
