import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BoxIndex } from "./box-index.ts";
import { boxAt, overlap } from "./geometry.ts";

const place = fc.integer({ min: -2_000, max: 2_000 });
const side = fc.integer({ min: 1, max: 900 });
const box = fc.tuple(place, place, side, side).map(([x, y, width, height]) => boxAt({ x, y }, { width, height }));

test("an index finds what a look at every box finds, after boxes have moved and gone too", () => {
  const steps = fc.array(fc.record({ id: fc.nat(20), box: fc.option(box, { nil: undefined }) }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, box, (all, asked) => {
      const index = new BoxIndex<number>();
      const plain = new Map<number, typeof asked>();
      for (const { id, box } of all) {
        if (box) {
          index.set(id, box);
          plain.set(id, box);
        } else {
          index.delete(id);
          plain.delete(id);
        }
      }
      const found = [...plain].filter(([, one]) => overlap(one, asked)).map(([id]) => id);
      assert.deepEqual([...index.in(asked)].sort(), found.sort());
      assert.equal(index.any(asked), found.length > 0);
      assert.equal(index.size, plain.size);
    }),
  );
});
