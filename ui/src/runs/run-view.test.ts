import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent } from "@clipwork/server/wire";
import fc from "fast-check";
import { emptyRun, heard, nodeProgress, nodeState, nodeTime, type RunView, runProgress } from "./run-view.ts";

const picture = { kind: "picture", picture: "a".repeat(64), width: 8, height: 8 } as const;
const output = { node: "save", item: 0, name: "x", width: 8, height: 8, picture: "b", thumbnail: "c" } as const;
const at = { node: "decode", item: 0 } as const;
type Body<E = LoggedEvent> = E extends LoggedEvent ? Omit<E, "seq" | "run" | "time"> : never;
const bodies: readonly Body[] = [
  { event: "run.queued" },
  { event: "run.started", nodes: 4 },
  { event: "node.cached", node: "caption", item: 0 },
  { event: "node.started", ...at },
  { event: "node.progress", ...at, step: 1, steps: 4 },
  { event: "node.preview", ...at, port: "image", step: 1, view: picture },
  { event: "node.progress", ...at, step: 2, steps: 4 },
  { event: "node.preview", ...at, port: "image", step: 2, view: picture },
  { event: "notice", ...at, message: "Words were cut." },
  { event: "notice", message: "The cache is full." },
  { event: "node.finished", ...at, ms: 120 },
  { event: "node.value", ...at, port: "image", view: picture },
  { event: "node.failed", node: "enlarge", item: 0, message: "It is too large.", remedy: "Make it smaller." },
  { event: "node.skipped", node: "save", item: 1, because: "enlarge" },
  { event: "run.output", output },
  { event: "run.failed", executed: 1, cached: 1, outputs: [], ms: 300 },
];
const events = bodies.map((body, i) => ({ seq: i + 1, run: "r", time: i, ...body })) as readonly LoggedEvent[];
const after = (some: readonly LoggedEvent[], from: RunView = emptyRun("r")) => some.reduce(heard, from);

test("a run's events tell states, steps, times, failures, frames and outputs of its nodes", () => {
  const view = after(events);
  assert.equal(view.state, "failed");
  assert.deepEqual(
    Object.entries(view.nodes).map(([id, node]) => [id, nodeState(node)]),
    [
      ["caption", "cached"],
      ["decode", "finished"],
      ["enlarge", "failed"],
      ["save", "skipped"],
    ],
  );
  assert.equal(nodeTime(view.nodes.decode), 120);
  assert.deepEqual(nodeProgress(view.nodes.decode), { done: 4, all: 4 });
  assert.equal(view.nodes.decode!.frames.length, 2);
  assert.deepEqual(view.nodes.enlarge!.failure, { item: 0, message: "It is too large.", remedy: "Make it smaller." });
  assert.equal(view.nodes.save!.because, "enlarge");
  assert.deepEqual(view.nodes.save!.outputs, [output]);
  assert.deepEqual(view.notices, ["The cache is full."]);
  assert.deepEqual(view.nodes.decode!.notices, ["Words were cut."]);
});

test("whoever joins late, hears twice or out of turn comes to the same view", () => {
  const whole = after(events);
  fc.assert(
    fc.property(fc.nat(events.length), fc.array(fc.nat(events.length - 1)), (split, noise) => {
      let view = after(events.slice(0, split));
      for (const i of noise) if (i !== split) view = heard(view, events[i]!);
      // Only the event that comes next is taken, so noise may have moved the view on, never astray.
      view = after(events, view);
      assert.deepEqual(view, whole);
    }),
  );
  assert.equal(heard(whole, events[3]!), whole);
  assert.deepEqual(heard(emptyRun("other"), events[0]!), emptyRun("other"));
});

test("progress grows with every event and ends at one", () => {
  let view = emptyRun("r");
  let last = 0;
  for (const event of events) {
    view = heard(view, event);
    const now = runProgress(view);
    assert.ok(now >= last && now <= 1, `${event.event}: ${last} → ${now}`);
    last = now;
  }
  assert.equal(runProgress({ ...view, state: "finished" }), 1);
});

test("a node called like something of JavaScript's own is a node", () => {
  const event = { seq: 1, run: "r", time: 0, event: "node.started", node: "constructor", item: 0 } as LoggedEvent;
  assert.equal(nodeState(heard(emptyRun("r"), event).nodes["constructor" as string]), "running");
});
