import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "../wire/wire.ts";
import { artifactsOf } from "./artifacts-of.ts";
import type { LogEntry } from "./port.ts";

const at = { node: "n", item: 0, port: "out" };

function shown(view: View): readonly string[] {
  return artifactsOf({ event: "node.value", ...at, view } as LogEntry);
}

test("a view keeps whatever it names, a map its points and its pictures", () => {
  const map = { kind: "map", axes: ["x", "y"], count: 3, map: "points" } as const;
  assert.deepEqual(shown(map), ["points"]);
  assert.deepEqual(shown({ ...map, sheet: { picture: "sheet", side: 64, columns: 2 } }), ["points", "sheet"]);
  assert.deepEqual(shown({ kind: "picture", picture: "p", width: 1, height: 1 }), ["p"]);
  assert.deepEqual(shown({ kind: "plot", title: "", chart: "c" }), ["c"]);
  assert.deepEqual(shown({ kind: "text", text: "a" }), []);
});

test("values that are shown together keep what the views of all of them name", () => {
  const values = { json: "[]", count: 3, artifacts: ["p", "q"] };
  assert.deepEqual(artifactsOf({ event: "node.values", values }), ["p", "q"]);
});

test("an output keeps its files, its thumbnail and what its view names; other events keep nothing", () => {
  const output = {
    ...{ node: "n", item: 0, name: "a", kind: "image", thumbnail: "small" },
    view: { kind: "picture", picture: "p", width: 1, height: 1 },
    files: [{ ending: ".png", media: "image/png", hash: "png" }],
  };
  assert.deepEqual(artifactsOf({ event: "run.output", output } as unknown as LogEntry), ["png", "small", "p"]);
  assert.deepEqual(artifactsOf({ event: "node.started", node: "n", item: 0 } as LogEntry), []);
});
