import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeDisk } from "../testing/fake-ports.ts";
import { bounds, createSizes, usualSizes } from "./sizes.ts";

test("a panel keeps the size that it was given, on every later page, within its bounds", () => {
  const disk = new FakeDisk();
  const sizes = createSizes(disk.page().storage);
  assert.deepEqual(sizes.get(), usualSizes);
  sizes.set({ beside: 400.4 });
  sizes.set({ below: 0.6 });
  assert.deepEqual(createSizes(disk.page().storage).get(), { beside: 400, below: 0.6 });
  sizes.set({ beside: 5, below: 7 });
  assert.deepEqual(sizes.get(), { beside: bounds.beside.least, below: bounds.below.most });
});

test("what is kept in a broken shape counts as nothing", () => {
  for (const kept of ["{", "null", '"x"', '{"beside":"wide","below":null}']) {
    const disk = new FakeDisk();
    disk.texts.set("clipwork.sizes", kept);
    assert.deepEqual(createSizes(disk.page().storage).get(), usualSizes, kept);
  }
});

test("a size that is given again tells nobody", () => {
  const sizes = createSizes(new FakeDisk().page().storage);
  let told = 0;
  sizes.listen(() => told++);
  sizes.set(usualSizes);
  assert.equal(told, 0);
});
