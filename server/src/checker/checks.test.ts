import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { inflateSync } from "node:zlib";
import { cpuDevice } from "@clipwork/models/onnx";
import { artifactFiles } from "../artifacts/artifact-files.ts";
import { packJson } from "../files/packed-json.ts";
import { loadNodeLibrary } from "../installed/node-library.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore } from "../values/disk-store.ts";
import type { CheckedRun } from "../worker/worker-protocol.ts";
import type { CheckRequest } from "./checker-protocol.ts";
import { Checks } from "./checks.ts";

const original = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "random-pack");

async function openChecks(context: TestContext) {
  const folder = temporaryFolder(context);
  const packs = join(folder, "packs");
  mkdirSync(packs);
  cpSync(original, join(packs, "random-pack"), { recursive: true });
  const nodes = await loadNodeLibrary([]);
  let lookups = 0;
  const catalogue = new Proxy(nodes.catalogue, {
    get(target, name) {
      if (name === "get") lookups++;
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const setup = { nodePacks: [], packRoots: [packs], device: cpuDevice(), nodes: { ...nodes, catalogue } };
  const artifacts = artifactFiles(join(folder, "artifacts"));
  const checks = new Checks({ setup, artifacts, store: diskStore(join(folder, "values")) });
  return {
    checks,
    artifacts,
    manifest: join(packs, "random-pack", "manifest.json"),
    /** Whether a check looked at the node types, as it must unless it remembers. */
    looked() {
      const before = lookups;
      lookups = 0;
      return before > 0;
    },
  };
}

const pack = "random-pack";
const packed = (json: unknown) => packJson(JSON.stringify(json));
const documentOf = (text: string) =>
  packed({
    format: "clipwork/1",
    meta: { title: "Cubes" },
    nodes: {
      caption: { type: "text.prompt", version: 1, params: { text } },
      encode: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" }, params: { pack } },
    },
    exposed: { prompt: "caption.text" },
  });
const request = (more: Partial<CheckRequest> = {}): CheckRequest => ({
  document: documentOf("cube"),
  set: {},
  targets: ["encode"],
  want: { order: true, outlook: { fresh: false, states: true } },
  ...more,
});

test("a document that passes comes with its title, the worker's order and what a run would do", async (context) => {
  const { checks } = await openChecks(context);
  const { accepted, problems } = await checks.check(request({ set: { prompt: "red cube" } }));
  assert.deepEqual(problems, []);
  const { title, assets, checked, outlook } = accepted!;
  assert.deepEqual({ title, assets }, { title: "Cubes", assets: [] });
  const run: CheckedRun = JSON.parse(inflateSync(checked!).toString());
  assert.deepEqual(run.workflow.nodes.caption!.params, { text: "red cube" });
  assert.deepEqual(
    run.plan.nodes.map(({ id }) => id),
    ["caption", "encode"],
  );
  assert.match(run.packs["random-pack"]!.digests["clip-text"]!, /^[0-9a-f]{64}$/);
  const [caption, encode] = Object.keys(outlook!.kinds!);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(outlook!.nodes)), [
    { node: "caption", state: "would run", kind: caption, items: 1 },
    { node: "encode", state: "would run", kind: encode, items: 1 },
  ]);
  assert.deepEqual(Object.values(outlook!.kinds!), [1, 1]);
  const brief = await checks.check(
    request({ set: { prompt: "red cube" }, want: { outlook: { fresh: false, states: false } } }),
  );
  assert.deepEqual(brief.accepted!.outlook, { kinds: outlook!.kinds });
});

test("only what is asked for is made", async (context) => {
  const { checks } = await openChecks(context);
  const { accepted } = await checks.check(request({ want: {} }));
  assert.deepEqual(Object.keys(accepted!), ["title", "assets", "caption"]);
});

test("what passed is remembered for the same text, settings and targets alone", async (context) => {
  const { checks, looked } = await openChecks(context);
  const first = await checks.check(request());
  assert.ok(looked());
  assert.deepEqual(await checks.check(request()), first);
  assert.equal(looked(), false);
  for (const other of [{ document: documentOf("ball") }, { set: { prompt: "ball" } }, { targets: ["caption"] }]) {
    await checks.check(request(other));
    assert.ok(looked(), JSON.stringify(other));
  }
  checks.forget();
  await checks.check(request());
  assert.ok(looked());
});

test("what passed is checked again when its pack is another one", async (context) => {
  const { checks, looked, manifest } = await openChecks(context);
  const digestOf = async () => {
    const { accepted } = await checks.check(request());
    const run: CheckedRun = JSON.parse(inflateSync(accepted!.checked!).toString());
    return run.plan.nodes.find(({ id }) => id === "encode")!.stages!["clip-text"];
  };
  const before = await digestOf();
  assert.ok(looked());
  const changed = JSON.parse(readFileSync(manifest, "utf8"));
  changed.texts["random-clip"].contextLength++;
  writeFileSync(manifest, JSON.stringify(changed));
  assert.notEqual(await digestOf(), before);
  assert.ok(looked());
});

test("what passed is checked again when its picture is gone", async (context) => {
  const { checks, artifacts } = await openChecks(context);
  const hash = await artifacts.put(new Uint8Array([1, 2, 3]));
  const document = packed({
    format: "clipwork/1",
    nodes: { load: { type: "image.load", version: 1, params: { file: `asset:${hash}` } } },
  });
  const asked = request({ document, targets: ["load"], want: {} });
  assert.deepEqual((await checks.check(asked)).accepted!.assets, [hash]);
  rmSync(artifacts.place(hash));
  const { accepted, problems } = await checks.check(asked);
  assert.equal(accepted, undefined);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["unusable-file"],
  );
});

test("what did not pass is checked again", async (context) => {
  const { checks, looked } = await openChecks(context);
  for (let i = 0; i < 2; i++) {
    const { accepted, problems } = await checks.check(request({ targets: ["nobody"] }));
    assert.equal(accepted, undefined);
    assert.equal(problems[0]!.code, "unknown-target");
    assert.ok(looked());
  }
});

test("a body is read whole, and its document stays packed", async (context) => {
  const { checks } = await openChecks(context);
  const read = (text: string) => checks.read(new TextEncoder().encode(text));
  assert.deepEqual(read('{"document":{"a":["é"]},"first":true}'), {
    rest: { first: true },
    document: packJson('{"a":["é"]}'),
  });
  assert.deepEqual(read('{"document":null}'), { rest: {}, document: packJson("null") });
  for (const rest of [{ workflow: "w" }, [1], 3, null]) assert.deepEqual(read(JSON.stringify(rest)), { rest });
  const bad = read('{"document":{"a":1,"a":2}}');
  assert.ok("problem" in bad && bad.problem.code === "duplicate-key");
});

test("what is to be saved has the shape of a workflow, half-wired or not, and its pictures are known", async (context) => {
  const { checks } = await openChecks(context);
  const hash = "a".repeat(64);
  const nodes = { one: { type: "future.node", version: 9, params: { file: `asset:${hash}` } } };
  assert.deepEqual(checks.inspect(packed({ format: "clipwork/1", nodes })), { assets: [hash] });
  for (const json of [null, 3, [], { nodes: {} }]) {
    const facts = checks.inspect(packed(json));
    assert.ok("problems" in facts && facts.problems.length > 0, JSON.stringify(json));
  }
});
