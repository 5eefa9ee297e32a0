import assert from "node:assert/strict";
import { test } from "node:test";
import { painting } from "../testing/catalogue.ts";
import { lookedAt, viewOf } from "./kept-views.ts";
import { untouched } from "./workflow.ts";

const document = untouched("a", painting);
const camera = { k: 0.5, x: -40, y: 12 };

test("how a document is looked at survives as text", () => {
  const moved = { ...document, path: ["enlarge"], cameras: new Map([["enlarge/", camera]]) };
  assert.deepEqual(lookedAt(document, JSON.parse(JSON.stringify(viewOf(moved)))), moved);
  assert.equal(viewOf(document), undefined);
});

test("what no page has written is left out", () => {
  for (const odd of [
    undefined,
    3,
    { path: "x" },
    { path: [] },
    { path: [1] },
    { cameras: { "": { ...camera, k: 0 } } },
  ])
    assert.deepEqual(lookedAt(document, odd), document);
  const some = { cameras: { "": camera, "a/": { k: 1, x: null, y: 0 } } };
  assert.deepEqual(lookedAt(document, some).cameras, new Map([["", camera]]));
});
