import assert from "node:assert/strict";
import { test } from "node:test";
import { createProgress } from "./progress.ts";

const painted = async () => {};

test("what takes a while is said with what is known of it, until it has ended", async () => {
  const progress = createProgress({ painted });
  const step = progress.begin("Opening a file");
  assert.equal(progress.get().now?.what, "Opening a file");
  assert.equal(await step.say({ what: "Opening 20,000 nodes", seconds: 4, share: 0.2 }), true);
  const { what, seconds, share } = progress.get().now!;
  assert.deepEqual([what, seconds, share], ["Opening 20,000 nodes", 4, 0.2]);
  step.end();
  assert.equal(progress.get().now, undefined);
});

test("of several the one that was begun last is said, then the one before", () => {
  const progress = createProgress({ painted });
  const first = progress.begin("Opening");
  const second = progress.begin("Arranging");
  assert.equal(progress.get().now?.what, "Arranging");
  second.end();
  assert.equal(progress.get().now?.what, "Opening");
  first.end();
  second.end();
  assert.equal(progress.get().now, undefined);
});

test("who cancels ends it: nothing more is said, and what it does hears of it", async () => {
  const progress = createProgress({ painted });
  const step = progress.begin("Opening");
  progress.get().now!.cancel();
  assert.equal(step.signal.aborted, true);
  assert.equal(await step.say({ share: 0.5 }), false);
  assert.equal(progress.get().now, undefined);
});
