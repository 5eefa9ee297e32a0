import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { complaints, growth } from "./judge.ts";
import { keepBytes, type Sample, soak } from "./soak.ts";

const seed = Number(process.env.CLIPWORK_SEED ?? Date.now() % 2 ** 31);

test(`a hundred runs with little room, while their pack is replaced, all end; files stay bounded (seed ${seed})`, {
  skip: existsSync("/proc/self/fd") ? false : "this system does not tell open files in /proc",
}, async (context) => {
  const { samples, ended, replaced } = await soak(context, { runs: 100, each: 10, seed });
  assert.equal(
    Object.values(ended).reduce((sum, count) => sum + count),
    100,
  );
  assert.ok(ended["run.finished"]! > 50, JSON.stringify(ended));
  assert.equal(replaced, 2);
  assert.ok(Math.max(...samples.map(({ bytes }) => bytes.values)) > keepBytes / 2, "some values had to leave");
  const found = complaints(samples, { from: 50, window: 25 });
  // What memory does in a hundred runs says nothing.
  assert.deepEqual(
    found.filter((one) => !one.includes("memory")),
    [],
  );
});

test("what grows is told, and what goes up and down is not", () => {
  const sample = (runs: number, kept: number): Sample => {
    const few = { values: 1, artifacts: 1, others: 1 };
    return { runs, kept, resident: 1, open: 10, files: few, bytes: few };
  };
  const range = { from: 10, window: 3 };
  const of = ({ kept }: Sample) => kept;
  const steady = Array.from({ length: 40 }, (_, i) => sample(i + 1, i < 10 ? 1 : 100 + 30 * (i % 3)));
  assert.equal(growth(steady, of, range), 1);
  assert.deepEqual(complaints(steady, range), []);
  const leaking = steady.map((one) => ({ ...one, kept: one.kept + one.runs }));
  assert.ok(growth(leaking, of, range) > 1.1);
  assert.match(complaints(leaking, range).join(), /^memory that is kept: 1\.\d+ times what it was$/);
  assert.match(
    complaints([{ ...sample(1, 1), bytes: { values: 1e9, artifacts: 0, others: 0 } }], range).join(),
    /values/,
  );
  const many = { values: 1, artifacts: 1000, others: 1 };
  assert.match(complaints([{ ...sample(1, 1), files: many }], range).join(), /files of artifacts: 1000/);
});
