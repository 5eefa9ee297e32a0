import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Heap } from "./heap.ts";

test("[R12] a heap gives the least first, however pushes and pops are mixed", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (operations) => {
      const heap = new Heap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const value of operations) {
        if (value === null) assert.equal(heap.pop(), model.shift());
        else {
          heap.push(value);
          model.push(value);
          model.sort((a, b) => a - b);
        }
      }
      for (const value of model) assert.equal(heap.pop(), value);
      assert.equal(heap.pop(), undefined);
    }),
  );
});
