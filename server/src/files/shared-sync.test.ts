import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedSync } from "./shared-sync.ts";

/** A sync whose ends the test decides. */
function played() {
  const begun: PromiseWithResolvers<void>[] = [];
  const settle = sharedSync(() => {
    const one = Promise.withResolvers<void>();
    begun.push(one);
    return one.promise;
  });
  return { begun, settle };
}
const turn = () => new Promise(setImmediate);

test("who asks while one is under way waits for one that begins after it, and many share that", async () => {
  const { begun, settle } = played();
  const first = settle();
  await turn();
  assert.equal(begun.length, 1);
  let done = 0;
  const later = [settle(), settle(), settle()].map((one) => one.then(() => done++));
  await turn();
  assert.equal(begun.length, 1, "not before the first has ended");
  begun[0]!.resolve();
  await first;
  await turn();
  assert.deepEqual([begun.length, done], [2, 0]);
  begun[1]!.resolve();
  await Promise.all(later);
  assert.deepEqual([begun.length, done], [2, 3]);
});

test("one that fails fails for those who shared it, and not for the next", async () => {
  const { begun, settle } = played();
  const failing = [settle(), settle()];
  await turn();
  const next = settle();
  begun[0]!.reject(new Error("EIO"));
  for (const one of failing) await assert.rejects(one, /EIO/);
  await turn();
  begun[1]!.resolve();
  await next;
});
