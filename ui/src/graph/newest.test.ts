import assert from "node:assert/strict";
import { test } from "node:test";
import { Newest } from "./newest.ts";

/** Work that ends when the test says so, well or not. */
function work() {
  const begun: string[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const newest = new Newest<string>((value) => {
    begun.push(value);
    const end = Promise.withResolvers<void>();
    ends.push(end);
    return end.promise;
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    newest,
    begun,
    async succeed() {
      ends.at(-1)!.resolve();
      await turn();
    },
    async fail(message: string) {
      ends.at(-1)!.reject(new Error(message));
      await turn();
    },
  };
}

test("values are worked on one after the other, and those that are no longer the newest are passed over", async () => {
  const { newest, begun, succeed } = work();
  const first = newest.give("a");
  const rest = ["b", "c", "d"].map((value) => newest.give(value));
  assert.deepEqual([begun, newest.busy], [["a"], true]);
  await succeed();
  assert.deepEqual([begun, newest.busy], [["a", "d"], true]);
  await succeed();
  await Promise.all([first, ...rest]);
  assert.equal(newest.busy, false);
});

test("after work that failed the next value is worked on, and nothing counts as under way", async () => {
  const { newest, begun, succeed, fail } = work();
  const failing = assert.rejects(newest.give("a"), /no room/);
  await fail("no room");
  await failing;
  assert.equal(newest.busy, false);
  const next = newest.give("b");
  await succeed();
  await next;
  assert.deepEqual([begun, newest.busy], [["a", "b"], false]);
});

test("what was given while work failed is worked on too, and the failure is reported then", async () => {
  const { newest, begun, succeed, fail } = work();
  const both = [newest.give("a"), newest.give("b")].map((given) => assert.rejects(given, /no room/));
  await fail("no room");
  assert.deepEqual([begun, newest.busy], [["a", "b"], true]);
  await succeed();
  await Promise.all(both);
  assert.equal(newest.busy, false);
});

test("work that fails at once is a failure like any other", async () => {
  let times = 0;
  const newest = new Newest<string>(async () => {
    if (times++ === 0) throw new Error("at once");
  });
  await assert.rejects(newest.give("a"), /at once/);
  await newest.give("b");
  assert.deepEqual([times, newest.busy], [2, false]);
});
