import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLeaving, inOrderOfLeaving, priorityOf, type Weighed } from "./eviction.ts";

type Named = Weighed & { readonly name: string };
const entry = (name: string, more: Partial<Weighed> = {}): Named => ({
  ...{ name, size: 10, cost: 0, since: 0, used: 0 },
  ...more,
});
const names = (entries: readonly Named[]) => entries.map(({ name }) => name).join("");

test("the priority is the clock at the last use plus what a byte took to compute", () => {
  assert.equal(priorityOf(entry("", { size: 10, cost: 25, since: 3 })), 5.5);
  assert.equal(priorityOf(entry("", { size: 0, cost: 25 })), 25, "an entry without bytes is no division by 0");
});

test("what is cheap a byte goes first, then what was used longest ago", () => {
  const cheap = entry("c", { cost: 10 });
  const large = entry("l", { cost: 100, size: 1000 });
  const dear = entry("d", { cost: 100, used: 1 });
  const older = entry("o", { cost: 100 });
  assert.equal(names(inOrderOfLeaving([dear, cheap, older, large])), "lcod");
});

test("as many leave as have to, and what fits to the byte stays", () => {
  const entries = [entry("a", { cost: 1 }), entry("b", { cost: 2 }), entry("c", { cost: 3 })];
  const leaving = (budget: number) => names(chooseLeaving(entries, budget, 0).leaving);
  assert.deepEqual([30, 29, 20, 19, 0, -1].map(leaving), ["", "a", "a", "ab", "abc", "abc"]);
});

test("the clock rises to the priority of what left last, so that what is not used again grows old", () => {
  const entries = [entry("a", { cost: 50 }), entry("b", { cost: 70, since: 1 }), entry("c", { cost: 900 })];
  assert.equal(chooseLeaving(entries, 10, 2).clock, 8);
  assert.equal(chooseLeaving(entries, 30, 2).clock, 2, "nothing left");
  assert.equal(chooseLeaving([entry("a", { since: 9 })], 10, 2).clock, 9, "a clock that was lost is found again");
});
