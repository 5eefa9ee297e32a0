import assert from "node:assert/strict";
import { test } from "node:test";
import type { ShownValue } from "../../wire/wire.ts";
import { ValueBatch } from "./value-batch.ts";

const value = (item: number, text: string): ShownValue => ({
  node: "n",
  item,
  port: "out",
  view: { kind: "text", text },
});

async function batchesOf(count: number, text: string): Promise<readonly (readonly ShownValue[])[]> {
  const shown: (readonly ShownValue[])[] = [];
  const named: string[][] = [];
  const batch = new ValueBatch(({ json, count, artifacts }) => {
    const values: readonly ShownValue[] = JSON.parse(json);
    assert.equal(count, values.length);
    named.push([...artifacts]);
    shown.push(values);
  });
  for (let item = 0; item < count; item++) await batch.add(JSON.stringify(value(item, text)), [`picture ${item}`]);
  batch.flush();
  batch.flush();
  assert.deepEqual(
    named,
    shown.map((values) => values.map(({ item }) => `picture ${item}`)),
    "with what its own values name",
  );
  assert.deepEqual(
    shown.flat(),
    Array.from({ length: count }, (_, item) => value(item, text)),
    "each once and in order",
  );
  return shown;
}

test("many small values are shown two thousand at once, large ones a few, and none none", async () => {
  const sizes = async (count: number, text: string) => (await batchesOf(count, text)).map(({ length }) => length);
  assert.deepEqual(await sizes(4200, "a"), [2000, 2000, 200]);
  assert.deepEqual(await sizes(80, "a".repeat(3960)), [66, 14]);
  assert.deepEqual(await sizes(0, ""), []);
});

test("what else the process has to do is done between the batches", async () => {
  let turns = 0;
  const turn = setInterval(() => turns++, 0);
  await batchesOf(50_000, "a");
  clearInterval(turn);
  assert.ok(turns > 0);
});
