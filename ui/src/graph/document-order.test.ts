import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DocumentOrder } from "./document-order.ts";

test("in whatever order nodes are drawn and taken away, what is drawn stands in the order of the document", () => {
  const nodes = Array.from({ length: 20 }, (_, i) => `n${i}`);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 19 }), { maxLength: 60 }), (turns) => {
      const order = new DocumentOrder();
      order.set(nodes);
      const frames: string[] = [];
      for (const i of turns) {
        const id = nodes[i]!;
        if (frames.includes(id)) {
          order.delete(id);
          frames.splice(frames.indexOf(id), 1);
          continue;
        }
        const next = order.add(id);
        frames.splice(next === undefined ? frames.length : frames.indexOf(next), 0, id);
      }
      assert.deepEqual(
        frames,
        nodes.filter((id) => frames.includes(id)),
      );
    }),
  );
});

test("nodes that come and go move none of the others; another order says how they stand now", () => {
  const order = new DocumentOrder();
  order.set(["a", "b", "c"]);
  order.add("a");
  order.add("c");
  assert.equal(order.set(["new", "a", "c"]), undefined);
  assert.deepEqual(order.set(["c", "new", "a"]), ["c", "a"]);
  assert.equal(order.add("new"), "a");
});

test("what is not drawn is not taken away", () => {
  const order = new DocumentOrder();
  order.set(["a", "b"]);
  order.add("b");
  order.delete("a");
  assert.equal(order.add("a"), "b");
});
