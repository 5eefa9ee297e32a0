import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "@clipwork/engine";
import { runFormat } from "../documents/carried-run.ts";
import type { RunOutput } from "../wire/wire.ts";
import { compareItems } from "./compare-outputs.ts";
import type { RecordedValue } from "./run-record.ts";

const files = new Map<string, Uint8Array>();

/** A run of one output an item, each made from these values. */
function runOf(run: string, ...items: readonly (readonly RecordedValue[])[]) {
  const outputs = items.map((values, item): RunOutput => {
    const hash = `${run}${item}`;
    const made = { node: "save", item, kind: "text", files: { ".txt": "a" }, parameters: {}, stages: {}, versions: {} };
    const record = { format: runFormat, workflow: {}, numerics: "cpu", nodePacks: [], values, ...made };
    files.set(hash, utf8(JSON.stringify(record)));
    const view = { kind: "text", text: "" } as const;
    return {
      node: "save",
      item,
      name: "x",
      kind: "text",
      view,
      files: [{ ending: ".clipwork.json", media: "", hash }],
    };
  });
  return { run, outputs, read: async (hash: string) => files.get(hash) };
}

const of = (run: ReturnType<typeof runOf>, node = "save", item = 0) => ({ ...run, node, item });
const one = runOf("one", [
  ["caption", 0, "a"],
  ["prior", 0, "b"],
  ["decode", 0, "c"],
]);

test("the nodes that gave other values are named, sources first, with how many gave the same", async () => {
  const two = runOf("two", [
    ["caption", 0, "a"],
    ["prior", 0, "x"],
    ["decode", 0, "y"],
  ]);
  assert.deepEqual(await compareItems(of(one), of(two)), { different: ["prior", "decode"], equal: 1 });
  assert.deepEqual(await compareItems(of(one), of(one)), { different: [], equal: 3 });
});

test("two items of a batch are compared as the same place, and what they share is the same", async () => {
  const batch = runOf(
    "batch",
    [
      ["prior", 0, "b"],
      ["decode", 0, "c"],
    ],
    [
      ["prior", 0, "b"],
      ["decode", 1, "d"],
    ],
  );
  assert.deepEqual(await compareItems(of(batch), of(batch, "save", 1)), { different: ["decode"], equal: 1 });
});

test("what is no output is found in what an output was made from, without what came after it", async () => {
  const two = runOf("two", [
    ["caption", 0, "a"],
    ["prior", 0, "b"],
    ["decode", 0, "y"],
  ]);
  assert.deepEqual(await compareItems(of(one, "prior"), of(two, "prior")), { different: [], equal: 2 });
});

test("if no file says it, nobody knows", async () => {
  assert.equal(await compareItems(of(one, "other"), of(one)), undefined);
  const gone = { ...one, read: async () => undefined };
  assert.equal(await compareItems(of(gone), of(one)), undefined);
  files.set("damaged0", utf8("{"));
  const damaged = runOf("damaged", []);
  files.set("damaged0", utf8("{"));
  assert.equal(await compareItems(of(damaged), of(one)), undefined);
});
