import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lanesOf } from "./lanes.ts";
import type { ItemSpan } from "./profile.ts";

function span(node: string, start: number, end: number, item = 0): ItemSpan {
  return { node, item, start, end, state: "finished", steps: [] };
}

test("[Q5] each node has a row, in the order in which they began; items at once have more", () => {
  const lanes = lanesOf([span("b", 5, 9), span("a", 0, 4), span("a", 1, 6, 1), span("a", 4, 8, 2)]);
  assert.deepEqual(
    lanes.map(({ node, spans }) => [node, spans.map(({ item }) => item)]),
    [
      ["a", [0, 2]],
      ["a", [1]],
      ["b", [0]],
    ],
  );
});

test("[Q5] many nodes share rows, as few as hold them", () => {
  const chain = Array.from({ length: 201 }, (_, i) => span(`n${i}`, i, i + 1));
  const [lane, ...more] = lanesOf(chain);
  assert.equal(more.length, 0);
  assert.ok(lane && !("node" in lane) && lane.spans.length === 201);
  const twice = lanesOf([...chain, ...chain.map(({ start, end, node }) => span(`${node}-b`, start, end))]);
  assert.equal(twice.length, 2);
  assert.equal(lanesOf(chain.slice(0, 200)).length, 200);
});

test("[Q5] spans in a row never overlap, and none is lost", () => {
  const spans = fc.array(
    fc.record({ node: fc.constantFrom("a", "b"), start: fc.nat(50), ms: fc.nat(20) }).map(({ node, start, ms }) => {
      return span(node, start, start + ms);
    }),
  );
  fc.assert(
    fc.property(spans, (all) => {
      const lanes = lanesOf(all);
      assert.equal(
        lanes.reduce((sum, lane) => sum + lane.spans.length, 0),
        all.length,
      );
      for (const { node, spans } of lanes)
        spans.forEach((one, i) => {
          assert.equal(one.node, node);
          if (i > 0) assert.ok(spans[i - 1]!.end <= one.start);
        });
    }),
  );
});
