import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyPlan } from "@clipwork/engine";
import { DearWork } from "./dear-work.ts";

/** A plan of nodes, each with a type, the stages that it runs, and a number of steps that decides its kind of work. */
function planOf(nodes: {
  readonly [id: string]: { readonly type: string; readonly stages?: readonly string[] };
}): AnyPlan {
  const all = Object.entries(nodes).map(([id, { type, stages = [] }]) => ({
    id,
    params: {},
    definition: { type, version: 1, stages, optionalStages: [], params: {}, run() {} },
  }));
  return { nodes: all } as never;
}

test("[V12] a node that runs models is dear until an item of it took little, and others are waited for in measure", () => {
  const dear = new DearWork().of(planOf({ paint: { type: "decoder", stages: ["decoder"] } }));
  assert.equal(dear.patience("paint"), 60_000);
  dear.learn("paint", 4000);
  assert.equal(dear.patience("paint"), 9000);
  dear.learn("paint", 99);
  assert.equal(dear.patience("paint"), undefined);
  dear.learn("paint", 100);
  assert.equal(dear.patience("paint"), 1200);
});

test("[V12] a node without models is dear once an item of it took long, in every later run", () => {
  const work = new DearWork();
  const first = work.of(planOf({ slow: { type: "umap" }, quick: { type: "add" } }));
  for (const node of ["slow", "quick"]) assert.equal(first.patience(node), undefined);
  first.learn("quick", 1);
  first.learn("slow", 500);
  const next = work.of(planOf({ again: { type: "umap" }, other: { type: "add" } }));
  assert.deepEqual([next.patience("again"), next.patience("other")], [2000, undefined]);
});
