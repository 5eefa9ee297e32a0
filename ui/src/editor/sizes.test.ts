import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeDisk } from "../testing/fake-ports.ts";
import { bounds, createSizes, usualSizes } from "./sizes.ts";

test("a panel keeps the size that it was given, on every later page, within its bounds", () => {
  const disk = new FakeDisk();
  const sizes = createSizes(disk.page().storage, 1280);
  assert.deepEqual(sizes.get(), usualSizes);
  sizes.set({ beside: 400.4 });
  sizes.set({ below: 0.6 });
  assert.deepEqual(createSizes(disk.page().storage, 1280).get(), { beside: 400, below: 0.6 });
  sizes.set({ beside: 5, below: 7 });
  assert.deepEqual(sizes.get(), { beside: bounds.beside.least, below: bounds.below.most });
});

test("what is kept in a broken shape counts as nothing", () => {
  for (const kept of ["{", "null", '"x"', '{"beside":"wide","below":null}']) {
    const disk = new FakeDisk();
    disk.texts.set("clipwork.sizes", kept);
    assert.deepEqual(createSizes(disk.page().storage, 1280).get(), usualSizes, kept);
  }
});

test("a size that is given again tells nobody", () => {
  const sizes = createSizes(new FakeDisk().page().storage, 1280);
  let told = 0;
  sizes.listen(() => told++);
  sizes.set(usualSizes);
  assert.equal(told, 0);
});

test("a wide window begins with a wider panel, which the user's own size replaces", () => {
  const disk = new FakeDisk();
  const at = (width: number) => createSizes(disk.page().storage, width).get().beside;
  assert.deepEqual([390, 1280, 1920, 3840].map(at), [316, 316, 384, 400]);
  createSizes(disk.page().storage, 1920).set({ beside: 330 });
  assert.equal(at(1920), 330);
});
