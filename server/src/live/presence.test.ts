import assert from "node:assert/strict";
import { test } from "node:test";
import { maxDocuments, Presence } from "./presence.ts";

const anna = { name: "anna", token: "a" };
const bert = { name: "bert", token: "b" };

/** Who is told what now: "page: document others". */
function told(presence: Presence): string[] {
  const lines = presence.takeChanged().flatMap(([document, pages]) =>
    pages.map((page) => {
      const { others, more } = presence.besides(page, document);
      const names = others.map(({ name, pages, own }) => `${own ? "own" : name} ${pages}`);
      return `${page}: ${document} ${names.join(", ")}${more ? ` and ${more}` : ""}`;
    }),
  );
  return lines.sort();
}

test("[W13] who opens a document is told who else has it open, and they of it; again when somebody leaves", () => {
  const presence = new Presence();
  presence.open("1", anna, ["x", "y"]);
  presence.open("2", bert, ["x"]);
  assert.deepEqual(told(presence), ["1: x bert 1", "1: y ", "2: x anna 1"]);
  presence.open("3", anna, ["x"]);
  assert.deepEqual(told(presence), ["1: x own 1, bert 1", "2: x anna 2", "3: x own 1, bert 1"]);
  presence.open("1", anna, ["y"]);
  presence.leave("2");
  assert.deepEqual(told(presence), ["3: x "], "of those that changed, and only to those who have them open");
  assert.deepEqual(told(presence), [], "nothing has changed since");
});

test("[W13] what a page says takes the place of what it said before; the same again is no news", () => {
  const presence = new Presence();
  presence.open("1", anna, ["x"]);
  presence.open("2", bert, ["x"]);
  presence.takeChanged();
  presence.open("2", bert, ["x"]);
  assert.deepEqual(told(presence), []);
  presence.open("2", bert, []);
  assert.deepEqual(told(presence), ["1: x "]);
});

test("[W14] a page is told of eight tokens by name and how many more there are, and only so many documents of one page count", () => {
  const presence = new Presence();
  for (let i = 0; i < 30; i++) presence.open(`${i}`, { name: `p${String(i).padStart(2, "0")}`, token: `${i}` }, ["x"]);
  const { others, more } = presence.besides("3", "x");
  assert.deepEqual(
    others.map(({ name }) => name),
    ["p00", "p01", "p02", "p04", "p05", "p06", "p07", "p08"],
  );
  assert.equal(more, 21);
  const many = Array.from({ length: maxDocuments + 5 }, (_, i) => `d${i}`);
  presence.open("0", anna, many);
  assert.equal(presence.takeChanged().filter(([document]) => document !== "x").length, maxDocuments);
});

test("[W14] of pages that are gone nothing is kept", () => {
  const presence = new Presence();
  for (let i = 0; i < 100; i++) {
    presence.open("1", anna, [`d${i}`]);
    presence.open("2", bert, [`d${i}`]);
    presence.leave("1");
    presence.leave("2");
  }
  assert.ok(presence.takeChanged().every(([, pages]) => pages.length === 0));
  assert.deepEqual(presence.besides("3", "d0").others, []);
});
