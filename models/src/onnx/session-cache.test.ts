import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type InferenceSession, Tensor } from "onnxruntime-node";
import { PackError } from "../fields/pack-error.ts";
import type { StagePath } from "./protocol.ts";
import { SessionCache } from "./session-cache.ts";
import { tinyGraph } from "./tiny-graph.fixture.ts";

const graph = tinyGraph([{ name: "x", shape: ["N", 2] }]);

/** Stages of one graph, each in a file of its own, and a cache with room for so many of them. */
function open(context: TestContext, room: number, free?: () => number) {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-sessions-"));
  const cache = new SessionCache({ provider: "cpu", threads: 1, sessionBytes: room * graph.length }, free);
  context.after(async () => {
    await cache.releaseAll();
    rmSync(folder, { recursive: true });
  });
  const stage = (name: string): StagePath => {
    const path = join(folder, `${name}.onnx`);
    writeFileSync(path, graph);
    return { pack: "pack", stage: name, graph: { path, sha256: hash("sha256", graph) }, data: [], inputs: {} };
  };
  return { cache, stage };
}

const load = (cache: SessionCache, at: StagePath): Promise<InferenceSession> => cache.use(at, ({ session }) => session);
const names = (cache: SessionCache) => cache.infos.map(({ stage }) => stage);
const run = (session: InferenceSession) => session.run({ x: new Tensor("float32", [1, 3], [1, 2]) });

test("a session is made once, and what was used last goes last", async (context) => {
  const { cache, stage } = open(context, 2);
  const [a, b, c] = [stage("a"), stage("b"), stage("c")];
  const first = await load(cache, a);
  await load(cache, b);
  assert.equal(await load(cache, a), first);
  assert.deepEqual(names(cache), ["b", "a"]);
  await load(cache, c);
  assert.deepEqual(names(cache), ["a", "c"]);
  assert.deepEqual(cache.infos[0], {
    pack: "pack",
    stage: "a",
    bytes: graph.length,
    mapped: 0,
    inputs: [{ name: "x", type: "float32", shape: ["N", 2] }],
    outputs: [{ name: "output", type: "float32", shape: ["N"] }],
  });
});

test("a session that makes room is released, not only forgotten", async (context) => {
  const { cache, stage } = open(context, 1);
  const first = await load(cache, stage("a"));
  assert.deepEqual([...((await run(first)).output!.data as Float32Array)], [2]);
  const second = await load(cache, stage("b"));
  await assert.rejects(run(first), /disposed/);
  assert.deepEqual([...((await run(second)).output!.data as Float32Array)], [2]);
});

test("a session that is larger than the room is made all the same, and stays until the next", async (context) => {
  const { cache, stage } = open(context, 0.5);
  await load(cache, stage("a"));
  assert.deepEqual(names(cache), ["a"]);
  await load(cache, stage("b"));
  assert.deepEqual(names(cache), ["b"]);
});

test("sessions make room when memory is short, one by one", async (context) => {
  let free = 1e9;
  const { cache, stage } = open(context, 100, () => free);
  for (const name of ["a", "b", "c"]) await load(cache, stage(name));
  assert.deepEqual(names(cache), ["a", "b", "c"]);
  free = 0;
  await assert.rejects(load(cache, stage("d")), (error) => {
    assert.ok(error instanceof PackError);
    assert.match(error.message, /^The stage "d" of pack "pack" needs 0\.0 MB of memory, 0\.0 MB free\.$/);
    assert.match(error.remedy, /Close other programs/);
    return true;
  });
  assert.deepEqual(names(cache), [], "all were released before it was refused");
  free = 1e9;
  await load(cache, stage("d"));
  assert.deepEqual(names(cache), ["d"]);
});

test("other bytes at the same place are another session", async (context) => {
  const { cache, stage } = open(context, 4);
  const at = stage("a");
  await load(cache, at);
  const other = tinyGraph([{ name: "y", shape: ["N", 2] }]);
  writeFileSync(at.graph.path, other);
  await load(cache, { ...at, graph: { path: at.graph.path, sha256: hash("sha256", other) } });
  assert.deepEqual(
    cache.infos.map(({ inputs }) => inputs[0]!.name),
    ["x", "y"],
  );
});

test("what is no model is refused with the stage, the pack and a remedy, and leaves no session", async (context) => {
  const { cache, stage } = open(context, 4);
  const at = stage("a");
  writeFileSync(at.graph.path, "no model");
  await assert.rejects(load(cache, { ...at, graph: { ...at.graph, sha256: hash("sha256", "no model") } }), (error) => {
    assert.ok(error instanceof PackError);
    assert.match(error.message, /^The stage "a" of pack "pack" cannot be loaded: /);
    assert.match(error.remedy, /download or export the pack again/);
    return true;
  });
  assert.deepEqual(names(cache), []);
});

test("a pack that was removed since it was checked is refused as that, by its graph or its data", async (context) => {
  const { cache, stage } = open(context, 4);
  const [whole, gone] = [stage("a"), stage("b")];
  rmSync(gone.graph.path);
  for (const at of [gone, { ...whole, data: [gone.graph] }])
    await assert.rejects(load(cache, at), (error) => {
      assert.ok(error instanceof PackError);
      assert.match(error.message, /^The stage "[ab]" of pack "pack" cannot be loaded: b\.onnx is no longer in /);
      assert.match(error.remedy, /^The pack was removed or moved since the run began\./);
      return true;
    });
});
