import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent } from "@clipwork/server/wire";
import fc from "fast-check";
import { pictureOutput } from "../testing/outputs.ts";
import { heard, newRun, type ShownRun, stateIn } from "./run-view.ts";

const picture = { kind: "picture", picture: "a".repeat(64), width: 8, height: 8 } as const;
const text = { kind: "text", text: "a cube" } as const;
const output = pictureOutput();
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
  {
    event: "node.values",
    values: [
      { node: "caption", item: 0, port: "text", view: text },
      { node: "decode", item: 1, port: "image", view: picture },
    ],
  },
  { event: "node.failed", node: "enlarge", item: 0, message: "It is too large.", remedy: "Make it smaller." },
  { event: "node.skipped", node: "save", item: 1, because: "enlarge" },
  { event: "run.output", output },
  { event: "run.failed", executed: 1, cached: 1, outputs: [], ms: 300 },
];
const events = bodies.map((body, i) => ({ seq: i + 1, run: "r", time: i, ...body })) as readonly LoggedEvent[];
const after = (some: readonly LoggedEvent[], from: ShownRun = newRun("r")) => some.reduce(heard, from);

test("a run shows the steps, values and outputs of its nodes beside how it is doing", () => {
  const run = after(events);
  assert.equal(run.state, "failed");
  assert.equal(run.nodes.get("decode")!.ms, 120);
  const decode = run.shows.get("decode")!;
  assert.deepEqual(
    [...decode.frames],
    [1, 2].map((step) => ({ item: 0, port: "image", step, view: picture })),
  );
  assert.deepEqual(
    [...decode.values],
    [0, 1].map((item) => ({ item, port: "image", view: picture })),
  );
  assert.deepEqual([...run.shows.get("caption")!.values], [{ item: 0, port: "text", view: text }]);
  assert.deepEqual([...run.shows.get("save")!.outputs], [output]);
  assert.deepEqual(
    [...run.shows].map(([id]) => id),
    ["decode", "caption", "save"],
  );
});

test("a run that begins anew shows nothing of what it showed before", () => {
  const again = { seq: events.length + 1, run: "r", time: 99, event: "run.started", nodes: 4 } as const;
  const run = heard(after(events), again);
  assert.deepEqual([run.state, run.shows.size, run.nodes.size], ["running", 0, 0]);
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
  const other = newRun("other");
  assert.equal(heard(other, events[0]!), other);
});

test("a node that ran when its run came to an end has stopped; one that had finished has finished", () => {
  const bodies = [
    { event: "run.started", nodes: 2 },
    { event: "node.started", node: "a", item: 0 },
    { event: "node.finished", node: "a", item: 0, ms: 5 },
    { event: "node.started", node: "b", item: 0 },
  ] as const;
  const log = bodies.map((body, i) => ({ seq: i + 1, run: "r", time: i, ...body }) as LoggedEvent);
  const running = after(log);
  assert.deepEqual(
    [stateIn(running, "a"), stateIn(running, "b"), stateIn(running, "c")],
    ["finished", "running", undefined],
  );
  const end = {
    seq: 5,
    run: "r",
    time: 9,
    event: "run.cancelled",
    executed: 1,
    cached: 0,
    outputs: [],
    ms: 9,
  } as const;
  const ended = heard(running, end as unknown as LoggedEvent);
  assert.deepEqual([stateIn(ended, "a"), stateIn(ended, "b")], ["finished", "stopped"]);
  assert.equal(stateIn(undefined, "a"), undefined);
});
