import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedJson } from "../port.ts";
import { RemoteFeed } from "./remote-feed.ts";

test("a reader has all that came while nobody told of it, however much that was", async () => {
  let last = 1;
  const event = (seq: number): LoggedJson => ({ run: "a", seq, size: 1, json: `{"seq":${seq}}` });
  const read = async (_run: string, after: number, limit: number) =>
    Array.from({ length: Math.min(limit, last - after) }, (_, i) => event(after + 1 + i));
  const feed = new RemoteFeed({ read, last: async () => last }, assert.ifError);
  const taken: number[] = [];
  const all = Promise.withResolvers<void>();
  const reader = feed.subscribe("a", 0, () => {
    for (let one = reader.take(); one; one = reader.take()) taken.push(one.seq);
    if (taken.length === last) all.resolve();
  });
  await all.promise;
  last = 250;
  feed.look();
  for (let turns = 0; turns < 100 && taken.length < last; turns++) await new Promise(setImmediate);
  assert.deepEqual(
    taken,
    Array.from({ length: 250 }, (_, i) => i + 1),
  );
  reader.close();
});
