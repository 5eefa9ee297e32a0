import assert from "node:assert/strict";
import { test } from "node:test";
import type { Document } from "@clipwork/engine";
import type { WorkflowChange } from "./diff-workflows.ts";
import { sameInRounds } from "./same-in-rounds.ts";

const withNodes = (...ids: string[]) => ({ nodes: new Map(ids.map((id) => [id, {}])) }) as unknown as Document;
const rounds = (count: number, id = "add") => Array.from({ length: count }, (_, i) => `loop/${i + 1}/${id}`);
const three = withNodes("start", ...rounds(3));
const by = (node: string, now: unknown = 2): WorkflowChange => ({
  change: "parameter",
  node,
  name: "by",
  before: 1,
  now,
});

test("what is the same in every round of a loop is one change, without the rounds' numbers", () => {
  const start = by("start");
  assert.deepEqual(sameInRounds([start, ...rounds(3).map((id) => by(id))], three, three), [
    start,
    { ...by("loop/add"), inEveryRound: true },
  ]);
});

test("what is so in some rounds only, or otherwise in each, stays apart", () => {
  const some = rounds(3)
    .slice(1)
    .map((id) => by(id));
  assert.deepEqual(sameInRounds(some, three, three), some);
  const each = rounds(3).map((id, i) => by(id, i + 2));
  assert.deepEqual(sameInRounds(each, three, three), each);
  const one = [by("loop/1/add")];
  assert.deepEqual(sameInRounds(one, withNodes(...rounds(1)), withNodes(...rounds(1))), one);
});

test("rounds that both have are every round, and so are links from the round before, and loops in loops", () => {
  const two = withNodes("start", ...rounds(2));
  assert.deepEqual(
    sameInRounds(
      rounds(2).map((id) => by(id)),
      two,
      three,
    ),
    [{ ...by("loop/add"), inEveryRound: true }],
  );
  const links = rounds(3).map(
    (node, i): WorkflowChange => ({
      ...{ change: "wiring", node, name: "a" },
      ...{ before: `loop/${i + 1}/x.value`, now: `loop/${i + 1}/y.value` },
    }),
  );
  assert.deepEqual(sameInRounds(links, three, three), [
    { change: "wiring", node: "loop/add", name: "a", before: "loop/x.value", now: "loop/y.value", inEveryRound: true },
  ]);
  const deep = [1, 2].flatMap((outer) => [1, 2].map((inner) => `out/${outer}/in/${inner}/add`));
  const nested = withNodes(...deep);
  const added = deep.map((node): WorkflowChange => ({ change: "added", node, type: "math.add" }));
  assert.deepEqual(sameInRounds(added, withNodes(), nested), [
    { change: "added", node: "out/in/add", type: "math.add", inEveryRound: true },
  ]);
});
