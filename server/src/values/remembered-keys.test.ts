import assert from "node:assert/strict";
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { emptyRun, type NodeKey, parseDocument, type RunEvent, type RunEventBody, reduce } from "@clipwork/engine";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { rememberedKeys, rememberedTypes, settledKeys, workflowIdentity } from "./remembered-keys.ts";

const key = (type: string, ...keys: string[]): NodeKey => ({
  type,
  version: 1,
  params: [["seed", 7]],
  stages: [],
  numerics: "test",
  files: [],
  inputs: [],
  keys,
});

test("keys are remembered by workflow and node, newer ones in place of older ones", async (context) => {
  const folder = join(temporaryFolder(context), "explain");
  const keys = rememberedKeys(folder, "title A");
  assert.equal((await keys.read()).size, 0);
  await keys.add(
    new Map([
      ["one", key("test.one", "k1")],
      ["two", key("test.two", "k2")],
    ]),
  );
  await keys.add(new Map([["two", key("test.two", "k3", "k4")]]));
  const found = await rememberedKeys(folder, "title A").read();
  assert.deepEqual(
    [...found],
    [
      ["one", key("test.one", "k1")],
      ["two", key("test.two", "k3", "k4")],
    ],
  );
  assert.equal((await rememberedKeys(folder, "title B").read()).size, 0);
  assert.deepEqual(
    [...(await rememberedTypes(folder))],
    [
      ["k1", "test.one"],
      ["k3", "test.two"],
      ["k4", "test.two"],
    ],
  );
  assert.equal(readdirSync(folder).length, 1, "no draft stays");
});

test("a file that says it is of another workflow is not read, whatever it is called", async (context) => {
  const folder = temporaryFolder(context);
  await rememberedKeys(folder, "title A").add(new Map([["one", key("test.one", "k1")]]));
  const [first] = readdirSync(folder);
  await rememberedKeys(folder, "title B").add(new Map([["two", key("test.two", "k2")]]));
  const second = readdirSync(folder).find((name) => name !== first)!;
  copyFileSync(join(folder, first!), join(folder, second));
  assert.equal((await rememberedKeys(folder, "title B").read()).size, 0);
  assert.equal((await rememberedKeys(folder, "title A").read()).size, 1);
});

test("a damaged file has no keys, and is written anew", async (context) => {
  const folder = temporaryFolder(context);
  const keys = rememberedKeys(folder, "title A");
  await keys.add(new Map([["one", key("test.one", "k1")]]));
  const [file] = readdirSync(folder);
  const head = '{"format":"clipwork-keys/1","workflow":"title A","nodes":';
  for (const text of ["", "no JSON", "null", "{}", `${head}3}`, `${head}[null]}`, `${head}[["one",{"type":"t"}]]}`]) {
    writeFileSync(join(folder, file!), text);
    assert.equal((await keys.read()).size, 0, text);
    assert.equal((await rememberedTypes(folder)).size, 0, text);
  }
  await keys.add(new Map([["one", key("test.one", "k1")]]));
  assert.equal((await keys.read()).size, 1);
});

test("types are known of no folder as of an empty one", async (context) => {
  assert.equal((await rememberedTypes(join(temporaryFolder(context), "none"))).size, 0);
});

test("a finished run is remembered whole, another as far as its nodes came", () => {
  const keys = new Map([
    ["one", key("t", "k1")],
    ["list", key("t", "k2", "k3")],
    ["rest", key("t", "k4")],
  ]);
  let view = emptyRun("r");
  const after = (body: RunEventBody) => {
    view = reduce(view, { ...body, seq: view.seq + 1, run: "r", time: 0 } as RunEvent);
    return [...settledKeys(view, keys).keys()];
  };
  after({ event: "node.cached", node: "one", item: 0 });
  after({ event: "node.finished", node: "list", item: 0, ms: 1 });
  assert.deepEqual(after({ event: "node.started", node: "rest", item: 0 }), ["one"]);
  assert.deepEqual(after({ event: "node.finished", node: "list", item: 1, ms: 1 }), ["one", "list"]);
  const finished = after({ event: "run.finished", executed: 1, cached: 1, outputs: [], ms: 1 });
  assert.deepEqual(finished, ["one", "list", "rest"]);
});

test("a workflow is known by its title, or by its file", () => {
  const document = (meta: object) => parseDocument(JSON.stringify({ format: "clipwork/1", meta, nodes: {} })).document!;
  assert.equal(workflowIdentity(document({ title: "Cubes" }), "a.json"), "title Cubes");
  assert.equal(workflowIdentity(document({ title: "" }), "a.json"), `file ${resolve("a.json")}`);
  assert.equal(workflowIdentity(document({}), "a.json"), `file ${resolve("a.json")}`);
});
