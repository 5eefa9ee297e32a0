import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Box, boxAt, overlap } from "./geometry.ts";
import { makeRoom } from "./make-room.ts";

const instead = boxAt({ x: 0, y: 0 }, { width: 240, height: 200 });
const block = boxAt({ x: 0, y: 0 }, { width: 900, height: 500 });
const moved = (box: Box, { x, y } = { x: 0, y: 0 }) =>
  boxAt({ x: box.left + x, y: box.top + y }, { width: box.right - box.left, height: box.bottom - box.top });

test("what stands to the right goes right, what stands below goes down, the rest stays", () => {
  const others = new Map([
    ["before", boxAt({ x: -300, y: 0 }, { width: 240, height: 200 })],
    ["next", boxAt({ x: 300, y: 0 }, { width: 240, height: 200 })],
    ["after", boxAt({ x: 600, y: 900 }, { width: 240, height: 200 })],
    ["under", boxAt({ x: -100, y: 260 }, { width: 240, height: 200 })],
  ]);
  assert.deepEqual(Object.fromEntries(makeRoom(block, instead, others)!), {
    next: { x: 660, y: 0 },
    after: { x: 660, y: 300 },
    under: { x: 0, y: 300 },
  });
  const before = new Map([["before", others.get("before")!]]);
  assert.equal(makeRoom(block, instead, before)!.size, 0, "nothing is in the way");
});

test("afterwards nothing lies on the block, and on nothing else that it did not lie on before", () => {
  const side = fc.integer({ min: 20, max: 400 });
  const at = fc.integer({ min: -1_500, max: 1_500 });
  const box = fc
    .record({ x: at, y: at, width: side, height: side })
    .map((one) => boxAt(one, one))
    .filter((one) => !overlap(one, instead));
  fc.assert(
    fc.property(fc.array(box, { maxLength: 12 }), (list) => {
      const others = new Map(list.map((one, i) => [String(i), one]));
      const by = makeRoom(block, instead, others);
      if (!by) return;
      const after = list.map((one, i) => moved(one, by.get(String(i))));
      assert.ok(after.every((one) => !overlap(one, block)));
      for (const [i, one] of list.entries())
        for (const [j, other] of list.entries())
          if (i < j && !overlap(one, other)) assert.ok(!overlap(after[i]!, after[j]!));
    }),
  );
});
