import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { emptyRun, type NodeView, type RunEvent, type RunEventBody, reduce } from "@clipwork/engine";
import { describeState, seconds, stepsOf } from "./node-tally.ts";
import { barProgress, drawsBars, lineProgress, type Progress } from "./progress.ts";

function at(time: number, body: RunEventBody): RunEvent {
  return { ...body, seq: 1, run: "r", time } as RunEvent;
}

/** The node "decode" after those events. */
function decode(...events: RunEvent[]): NodeView {
  return events.reduce((view, event, i) => reduce(view, { ...event, seq: i + 1 }), emptyRun("r")).nodes.get("decode")!;
}

/** Shows the events one after the other. */
function showAll(progress: Progress, ...events: RunEvent[]): void {
  let view = emptyRun("r");
  events.forEach((event, i) => {
    view = reduce(view, { ...event, seq: i + 1 });
    progress.show(event, view);
  });
}

const started = at(1000, { event: "node.started", node: "decode", item: 0 });

test("a node that runs shows its steps and, from the steps done, the time left", () => {
  assert.equal(describeState(decode(started)), "…");
  const running = decode(started, at(3000, { event: "node.progress", node: "decode", item: 0, step: 5, steps: 25 }));
  assert.deepEqual(stepsOf(running), { done: 5, all: 25 });
  assert.equal(describeState(running), "8.0 s left");
});

test("a node that is over shows how it ended", () => {
  const states = (...events: RunEvent[]) => describeState(decode(...events));
  assert.equal(states(started, at(3500, { event: "node.finished", node: "decode", item: 0, ms: 2500 })), "✔ 2.5 s");
  assert.equal(states(at(1, { event: "node.cached", node: "decode", item: 0 })), "✔ cached");
  assert.equal(states(started, at(2, { event: "node.failed", node: "decode", item: 0, message: "" })), "✖ failed");
  assert.equal(states(at(1, { event: "node.skipped", node: "decode", item: 0, because: "a" })), "– skipped");
});

test("items of one node are summed", () => {
  const subject = decode(
    started,
    at(1000, { event: "node.started", node: "decode", item: 1 }),
    at(2000, { event: "node.progress", node: "decode", item: 0, step: 3, steps: 4 }),
    at(2000, { event: "node.progress", node: "decode", item: 1, step: 1, steps: 4 }),
  );
  assert.deepEqual(stepsOf(subject), { done: 4, all: 8 });
  assert.equal(describeState(subject), "1.0 s left ×2");
});

test("durations are printed as people say them", () => {
  assert.deepEqual([0, 449, 9949, 9951, 59_400, 185_000].map(seconds), [
    "0.0 s",
    "0.4 s",
    "9.9 s",
    "10 s",
    "59 s",
    "3 min 5 s",
  ]);
});

test("a terminal shows a bar a node, with what is printed in between above them", () => {
  let text = "";
  const screen = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const progress = barProgress(Object.assign(screen, { isTTY: true, columns: 100, rows: 24 }));
  showAll(
    progress,
    at(0, { event: "notice", message: "first", node: "encode", item: 0 }),
    at(1, { event: "node.cached", node: "encode", item: 0 }),
    started,
    at(2000, { event: "node.progress", node: "decode", item: 0, step: 1, steps: 4 }),
    at(2000, { event: "notice", message: "odd \u001b[31m", node: "decode", item: 0 }),
  );
  progress.stop();
  progress.tell("watching w.json");
  assert.ok(text.endsWith("watching w.json\n"), "nothing is drawn any more that it could wait for");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own codes are taken out
  const lines = text.replace(/\u001b\[[?0-9;]*[a-zA-Z]/g, "").split("\n");
  assert.ok(lines.includes("warning: encode: first"));
  assert.ok(lines.some((line) => line.includes("warning: decode: odd \\u001b[31m")));
  assert.match(text, /encode +█{24} +✔ cached/);
  assert.match(text, /decode +█{6}░{18} +1\/4 +3\.0 s left/);
});

const loads = (doing: string) =>
  at(2000, { event: "node.progress", node: "decode", item: 0, step: 0, steps: 0, doing });
const step = at(3000, { event: "node.progress", node: "decode", item: 0, step: 1, steps: 4 });

test("a node that loads a model says so in place of the time left", () => {
  assert.equal(describeState(decode(started, loads("loading 4.1 GB"))), "loading 4.1 GB");
  assert.equal(describeState(decode(started, loads("loading 4.1 GB"), step)), "6.0 s left");
});

test("a log gets one line for each time that a node begins to load", () => {
  const lines: string[] = [];
  const progress = lineProgress({ out: () => {}, err: (line) => lines.push(line) });
  showAll(
    progress,
    started,
    loads("reading 1"),
    loads("reading 2"),
    loads("loading"),
    step,
    step,
    loads("loading more"),
  );
  assert.deepEqual(lines, ["decode: reading 1", "decode: loading more"]);
});

test("a log gets a line for each item that ends", () => {
  const lines: string[] = [];
  const progress = lineProgress({ out: () => {}, err: (line) => lines.push(line) });
  showAll(
    progress,
    started,
    at(2, { event: "node.finished", node: "decode", item: 0, ms: 1500 }),
    at(2, { event: "node.cached", node: "encode", item: 0 }),
    at(2, { event: "node.failed", node: "prior", item: 0, message: "No.", remedy: "Try." }),
    at(2, { event: "node.skipped", node: "save", item: 0, because: "prior" }),
  );
  assert.deepEqual(lines, [
    "decode: done in 1.5 s",
    "encode: cached",
    "error: prior: No.\n  → Try.",
    "save: skipped, since prior failed",
  ]);
});

test("in a log the items of a node end in their order, in whatever order they ended, and none waits for another node", () => {
  const lines: string[] = [];
  const progress = lineProgress({ out: () => {}, err: (line) => lines.push(line) });
  const decode = { node: "decode" } as const;
  showAll(
    progress,
    at(1, { event: "node.finished", ...decode, item: 2, ms: 1500 }),
    at(1, { event: "node.cached", ...decode, item: 1 }),
    at(2, { event: "node.cached", node: "encode", item: 0 }),
    at(3, { event: "node.finished", ...decode, item: 0, ms: 2500 }),
  );
  assert.deepEqual(lines, [
    "encode: cached",
    "decode: done in 2.5 s",
    "decode [1]: cached",
    "decode [2]: done in 1.5 s",
  ]);
});

test("a failure is in a log at once; what waits for an item that never ends follows when the run is over", () => {
  const lines: string[] = [];
  const progress = lineProgress({ out: () => {}, err: (line) => lines.push(line) });
  showAll(
    progress,
    at(1, { event: "node.skipped", node: "decode", item: 4, because: "prior" }),
    at(2, { event: "node.failed", node: "decode", item: 1, message: "No." }),
    at(3, { event: "node.cached", node: "decode", item: 3 }),
    at(4, { event: "node.cached", node: "decode", item: 0 }),
  );
  const before = ["error: decode [1]: No.", "decode: cached"];
  assert.deepEqual(lines, before, "item 2 has not ended");
  progress.stop();
  assert.deepEqual(lines, [...before, "decode [3]: cached", "decode [4]: skipped, since prior failed"]);
});

test("C4: bars are for a terminal of some size that is neither dumb nor a build server's; all else gets lines", () => {
  const screen = { isTTY: true, rows: 24, columns: 80 };
  assert.equal(drawsBars(screen, { TERM: "xterm-256color" }), true);
  assert.equal(drawsBars(screen, { TERM: "xterm", CI: "false", NO_COLOR: "1" }), true);
  for (const environment of [{ TERM: "dumb" }, { CI: "true" }, { CI: "1" }, { CI: "woodpecker" }])
    assert.equal(drawsBars(screen, environment), false, JSON.stringify(environment));
  for (const wrong of [{ isTTY: false }, { rows: 0, columns: 0 }, { columns: 39 }, { rows: 4 }])
    assert.equal(drawsBars({ ...screen, ...wrong }, {}), false, JSON.stringify(wrong));
  assert.equal(drawsBars({ isTTY: true }, {}), false, "a terminal whose size is not known");
});

test("C4: a bar fits its screen with the state whole, however long the node's name", () => {
  for (const columns of [40, 41, 60, 80, 200]) {
    for (const node of ["d", "decode", "a-name-of-a-node-that-is-much-longer-than-forty-columns-are"]) {
      let text = "";
      const screen = new Writable({
        write(chunk, _, done) {
          text += chunk;
          done();
        },
      });
      const progress = barProgress(Object.assign(screen, { isTTY: true, columns, rows: 24 }));
      showAll(
        progress,
        at(1000, { event: "node.started", node, item: 0 }),
        at(2000, { event: "node.progress", node, item: 0, step: 999, steps: 1000 }),
      );
      progress.stop();
      // A line may be drawn more than once, each time from its beginning.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own codes
      const lines = text.split(/(?:\u001b\[[?0-9;]*[a-zA-Z]|[\r\n])+/);
      const drawn = lines.find((line) => line.includes("999/1000")) ?? "";
      assert.ok(drawn.endsWith("0.0 s left"), `${columns}: ${drawn}`);
      assert.ok([...drawn.trimEnd()].length < columns, `${columns}: ${drawn}`);
      assert.ok(drawn.startsWith(node.slice(0, 4)) || node === "d", drawn);
    }
  }
});
