import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import type { RunEvent, RunEventBody } from "@clipwork/engine";
import { NodeTally, seconds } from "./node-tally.ts";
import { barProgress, lineProgress } from "./progress.ts";

function at(time: number, body: RunEventBody): RunEvent {
  return { ...body, seq: 1, run: "r", time } as RunEvent;
}

function tally(...events: RunEvent[]): NodeTally {
  const subject = new NodeTally("decode");
  for (const event of events) subject.record(event as RunEvent & { item: number });
  return subject;
}

const started = at(1000, { event: "node.started", node: "decode", item: 0 });

test("a node that runs tells its steps and, from the steps done, the time left", () => {
  assert.equal(tally(started).state, "…");
  const running = tally(started, at(3000, { event: "node.progress", node: "decode", item: 0, step: 5, steps: 25 }));
  assert.deepEqual(running.steps, { done: 5, all: 25 });
  assert.equal(running.state, "8.0 s left");
});

test("a node that is over tells how", () => {
  assert.equal(
    tally(started, at(3500, { event: "node.finished", node: "decode", item: 0, ms: 2500 })).state,
    "✔ 2.5 s",
  );
  assert.equal(tally(at(1, { event: "node.cached", node: "decode", item: 0 })).state, "✔ cached");
  assert.equal(tally(started, at(2, { event: "node.failed", node: "decode", item: 0, message: "" })).state, "✖ failed");
  assert.equal(tally(at(1, { event: "node.skipped", node: "decode", item: 0, because: "a" })).state, "– skipped");
});

test("items of one node are summed", () => {
  const subject = tally(
    started,
    at(1000, { event: "node.started", node: "decode", item: 1 }),
    at(2000, { event: "node.progress", node: "decode", item: 0, step: 3, steps: 4 }),
    at(2000, { event: "node.progress", node: "decode", item: 1, step: 1, steps: 4 }),
  );
  assert.deepEqual(subject.steps, { done: 4, all: 8 });
  assert.equal(subject.state, "1.0 s left ×2");
});

test("durations are told as people say them", () => {
  assert.deepEqual([0, 449, 9949, 9951, 59_400, 185_000].map(seconds), [
    "0.0 s",
    "0.4 s",
    "9.9 s",
    "10 s",
    "59 s",
    "3 min 5 s",
  ]);
});

test("a terminal shows a bar a node, with what is told in between above them", () => {
  let text = "";
  const screen = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const progress = barProgress(Object.assign(screen, { isTTY: true, columns: 100, rows: 24 }));
  progress.show(at(0, { event: "notice", message: "first", node: "encode", item: 0 }));
  progress.show(at(1, { event: "node.cached", node: "encode", item: 0 }));
  progress.show(started);
  progress.show(at(2000, { event: "node.progress", node: "decode", item: 0, step: 1, steps: 4 }));
  progress.show(at(2000, { event: "notice", message: "odd \u001b[31m", node: "decode", item: 0 }));
  progress.stop();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own codes are taken out
  const lines = text.replace(/\u001b\[[?0-9;]*[a-zA-Z]/g, "").split("\n");
  assert.ok(lines.includes("warning: encode: first"));
  assert.ok(lines.some((line) => line.includes("warning: decode: odd \\u001b[31m")));
  assert.match(text, /encode +█{24} +✔ cached/);
  assert.match(text, /decode +█{6}░{18} +1\/4 +3\.0 s left/);
});

test("a log gets a line for each item that ends", () => {
  const lines: string[] = [];
  const progress = lineProgress({ out: () => {}, err: (line) => lines.push(line) });
  progress.show(started);
  progress.show(at(2, { event: "node.finished", node: "decode", item: 2, ms: 1500 }));
  progress.show(at(2, { event: "node.cached", node: "encode", item: 0 }));
  progress.show(at(2, { event: "node.failed", node: "prior", item: 0, message: "No.", remedy: "Try." }));
  progress.show(at(2, { event: "node.skipped", node: "save", item: 0, because: "prior" }));
  assert.deepEqual(lines, [
    "decode [2]: done in 1.5 s",
    "encode: cached",
    "error: prior: No.\n  → Try.",
    "save: skipped, since prior failed",
  ]);
});
