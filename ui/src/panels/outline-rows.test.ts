import assert from "node:assert/strict";
import { test } from "node:test";
import { painting } from "../testing/catalogue.ts";
import { nextRow, partsOf, type Row, rowsOf } from "./outline-rows.ts";

const order = ["caption", "paint", "save"];
const note = { text: "Why", x: 0, y: 0, width: 200, height: 100 };
const plain = partsOf({ nodes: painting.nodes, order, groups: new Map(), notes: new Map() });
const keysOf = (rows: readonly Row[]) => rows.map(({ key }) => key);
const closed = rowsOf(plain, new Set());
const opened = rowsOf(plain, new Set(["paint"]));

test("a node is a row, and its links are rows under it if it is open; each knows its place", () => {
  assert.deepEqual(keysOf(closed), order);
  assert.deepEqual(
    closed.map((row) => row.opened),
    [undefined, false, false],
  );
  assert.deepEqual(keysOf(opened), ["caption", "paint", "paint.text", "save"]);
  assert.deepEqual(
    opened.map(({ level, at, of }) => [level, at, of]),
    [
      [1, 1, 3],
      [1, 2, 3],
      [2, 1, 1],
      [1, 3, 3],
    ],
  );
  assert.deepEqual(opened[2]?.about, { kind: "link", id: "paint", port: "text", link: "caption.text" });
});

test("groups are open with their nodes as values flow, then come the other nodes and the notes", () => {
  const groups = new Map([["g", { members: ["paint", "caption"] }]]);
  const parts = partsOf({ nodes: painting.nodes, order, groups, notes: new Map([["n", note]]) });
  assert.deepEqual(keysOf(rowsOf(parts, new Set())), ["group g", "caption", "paint", "save", "note n"]);
  assert.deepEqual(keysOf(rowsOf(parts, new Set(["group g"]))), ["group g", "save", "note n"]);
  assert.equal(rowsOf(parts, new Set(["paint"])).find(({ key }) => key === "paint.text")?.level, 3);
});

test("arrows go up and down, into a row and out of it; letters find the next row that begins so", () => {
  const press = (rows: readonly Row[], at: number, key: string) => {
    const step = nextRow(key, rows[at]!, rows, ({ key: text }) => text);
    return typeof step === "object" ? step.to.key : step;
  };
  assert.equal(press(closed, 0, "ArrowDown"), "paint");
  assert.equal(press(closed, 0, "ArrowUp"), undefined);
  assert.equal(press(closed, 2, "ArrowUp"), "paint");
  assert.equal(press(closed, 1, "ArrowRight"), "turn");
  assert.equal(press(closed, 0, "ArrowRight"), undefined);
  assert.equal(press(opened, 1, "ArrowRight"), "paint.text");
  assert.equal(press(opened, 2, "ArrowLeft"), "paint");
  assert.equal(press(opened, 1, "ArrowLeft"), "turn");
  assert.equal(press(opened, 1, "End"), "save");
  assert.equal(press(opened, 3, "Home"), "caption");
  assert.equal(press(opened, 0, "s"), "save");
  assert.equal(press(opened, 3, "c"), "caption");
  assert.equal(press(opened, 0, "z"), undefined);
  assert.equal(press(opened, 0, "F2"), undefined);
  assert.equal(press(opened, 2, "Enter"), "go");
});
