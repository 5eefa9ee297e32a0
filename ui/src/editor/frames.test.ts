import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeBrowser, FakeClock } from "../testing/fake-ports.ts";
import { createFrames } from "./frames.ts";

const frame = (node: string, step: number) => ({
  run: "r",
  node,
  item: 0,
  port: "image",
  step,
  steps: 8,
  bytes: new Uint8Array(step),
});

test("a node has its newest frame; the one before is let go once the new one is surely decoded", () => {
  const browser = new FakeBrowser();
  const clock = new FakeClock();
  const frames = createFrames(browser, clock);
  frames.show(frame("paint", 1));
  const first = frames.get().paint!;
  frames.show(frame("paint", 2));
  frames.show(frame("enlarge", 1));
  assert.deepEqual([frames.get().paint!.step, frames.get().enlarge!.step], [2, 1]);
  assert.notEqual(frames.get().paint!.url, first.url);
  clock.pass(999);
  assert.deepEqual(browser.released, []);
  clock.pass(1);
  assert.deepEqual(browser.released, [first.url]);
});

test("frames of a run that is no longer shown are let go at once", () => {
  const browser = new FakeBrowser();
  const frames = createFrames(browser, new FakeClock());
  frames.show(frame("paint", 1));
  frames.show(frame("enlarge", 1));
  const urls = Object.values(frames.get()).map(({ url }) => url);
  frames.clear();
  assert.deepEqual(frames.get(), {});
  assert.deepEqual(browser.released, urls);
});
