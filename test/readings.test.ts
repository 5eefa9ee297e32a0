import assert from "node:assert/strict";
import { test } from "node:test";
import { clipwork, folderWith, hierarchy, shortHierarchy } from "./cli/clipwork.fixture.ts";
import { startServer, submit } from "./server/server.fixture.ts";
import { tallied } from "./tallied.fixture.ts";

test("a run on the command line reads its document once, validates it once and hashes each file of its pack once", async (context) => {
  const { environment, take } = tallied(context);
  const cwd = folderWith(context, hierarchy());
  const outcome = await clipwork(["run", "workflow.json", "--set", "prompt=blue cube", "--json"], { cwd, environment });
  assert.equal(outcome.code, 0, outcome.stderr);
  const { hashed, ...first } = take();
  assert.deepEqual(first, { reads: 1, validations: 1, bindings: 1, processes: 2 });
  assert.ok(hashed.includes("decoder.onnx") && hashed.length >= 9, hashed.join(" "));
  assert.deepEqual(hashed, [...new Set(hashed)], "no file is hashed again by the worker");
});

test("a run on a server reads its document once and validates it once, and its worker binds the plan", async (context) => {
  const { environment, take } = tallied(context);
  const server = await startServer(context, { env: environment });
  const document = shortHierarchy();
  const run = async (more: object) => {
    const { id } = await submit(server, document, more);
    assert.equal((await server.watch(id)).at(-1)!.event, "run.finished");
    await server.json("GET", `/runs/${id}`);
    await server.json("GET", "/runs");
    return take();
  };
  const once = { reads: 1, validations: 1, bindings: 1 };
  const { hashed, processes, ...first } = await run({ set: { prompt: "blue cube" } });
  assert.deepEqual(first, once);
  assert.equal(processes, 2);
  assert.deepEqual(hashed, [...new Set(hashed)], "the worker takes the hashes of the host");
  const { processes: _, ...second } = await run({ fresh: true });
  assert.deepEqual(second, { ...once, hashed: [] });
});
