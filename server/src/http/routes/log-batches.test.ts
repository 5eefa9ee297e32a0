import assert from "node:assert/strict";
import { test } from "node:test";
import { leased, notice, submit } from "../../queue/contract.fixture.ts";
import { MemoryQueue } from "../../queue/memory/memory-queue.ts";
import { logBatches } from "./log-batches.ts";

const parsed = (batches: Iterable<Uint8Array>) =>
  [...batches].map((batch) => JSON.parse(new TextDecoder().decode(batch)) as { seq: number }[]);

test("a log comes as lists of events in JSON, in order and without gaps, up to the event that was named", async () => {
  const queue = new MemoryQueue();
  await submit(queue, "a");
  const lease = await leased(queue);
  for (let i = 0; i < 1200; i++) await queue.report(lease, notice(`${i}`));
  const last = (await queue.events.last("a"))!;
  const batches = parsed(logBatches(queue.events, "a", last));
  assert.deepEqual(
    batches.flat().map(({ seq }) => seq),
    Array.from({ length: last }, (_, i) => i + 1),
  );
  assert.ok(batches.length > 2 && batches.every(({ length }) => length <= 500), "others have their turn in between");
  assert.equal(parsed(logBatches(queue.events, "a", 7)).flat().length, 7);
});

test("a log that ends before, or that there is not, ends the list", async () => {
  const queue = new MemoryQueue();
  await submit(queue, "a");
  assert.equal(parsed(logBatches(queue.events, "a", 99)).flat().length, await queue.events.last("a"));
  assert.deepEqual(parsed(logBatches(queue.events, "b", 99)), []);
});
