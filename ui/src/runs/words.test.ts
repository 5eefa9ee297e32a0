import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent, RunSummary } from "@clipwork/server/wire";
import { heard, newRun, type ShownRun } from "./run-view.ts";
import {
  agoText,
  nameOf,
  ownerTexts,
  queueText,
  runningText,
  seconds,
  seedText,
  spokenOf,
  stateText,
  summaryText,
  waitText,
} from "./words.ts";

type Body<E = LoggedEvent> = E extends LoggedEvent ? Omit<E, "seq" | "run" | "time"> : never;

/** The view of run "r" after these events, and what is spoken at each. */
function hear(...bodies: Body[]): { readonly view: ShownRun; readonly spoken: readonly (string | undefined)[] } {
  let view = newRun("r");
  const spoken = bodies.map((body, i) => {
    const event = { seq: i + 1, run: "r", time: i, ...body } as LoggedEvent;
    view = heard(view, event);
    return spokenOf(view, event, (id) => id);
  });
  return { view, spoken };
}

const summary: RunSummary = { id: "r", state: "queued", priority: "normal", title: "", created: 60_000, outputs: [] };
const clock = (time: number) => `at ${time}`;

test("times are said as people say them", () => {
  assert.equal(seconds(0), "0.0 s");
  assert.equal(seconds(440), "0.4 s");
  assert.equal(seconds(9_949), "9.9 s");
  assert.equal(seconds(9_950), "10 s");
  assert.equal(seconds(12_300), "12 s");
  assert.equal(seconds(99_499), "99 s");
  assert.equal(seconds(200_000), "3 min 20 s");
});

test("times that have passed are said as people say them", () => {
  const now = Date.UTC(2026, 10, 26, 12);
  const ago = (minutes: number) => agoText(now - minutes * 60_000, now);
  assert.deepEqual(
    [ago(-5), ago(0.9), ago(1), ago(59), ago(61), ago(60 * 23), ago(60 * 25), ago(60 * 24 * 12)],
    [
      "just now",
      "just now",
      "1 minute ago",
      "59 minutes ago",
      "1 hour ago",
      "23 hours ago",
      "yesterday",
      "12 days ago",
    ],
  );
  assert.match(ago(60 * 24 * 40), /^on Oct 1\d, 2026$/);
});

test("a screen reader hears of a run's beginning, nodes, failures and end, not of every step", () => {
  const at = { node: "paint", item: 0 };
  const { spoken } = hear(
    { event: "run.queued" },
    { event: "run.started", nodes: 3 },
    { event: "node.started", ...at },
    { event: "node.progress", ...at, step: 1, steps: 8 },
    { event: "node.started", ...at, item: 1 },
    { event: "node.failed", ...at, message: "It is too large.", remedy: "Make it smaller." },
    { event: "run.failed", executed: 0, cached: 0, outputs: [], ms: 300 },
  );
  assert.deepEqual(spoken, [
    undefined,
    "The run has started: 3 nodes.",
    "paint is running.",
    undefined,
    undefined,
    "paint failed: It is too large.",
    "The run has failed. What had finished is kept.",
  ]);
});

test("a run's end is spoken with how long it took, or that it was cancelled", () => {
  const end = { executed: 1, cached: 0, outputs: [], ms: 2_300 };
  assert.equal(hear({ event: "run.finished", ...end }).spoken[0], "The run has finished in 2.3 s.");
  assert.equal(hear({ event: "run.cancelled", ...end }).spoken[0], "The run was cancelled.");
});

test("the list says what a run is called, where it waits, how far it is, and how it ended", () => {
  const of = (change: Partial<RunSummary>) => ({ ...summary, ...change });
  assert.deepEqual([of({}), of({ title: "Cones" }), of({ title: "Cones", caption: " a red cone " })].map(nameOf), [
    "Untitled",
    "Cones",
    "a red cone",
  ]);
  assert.deepEqual([seedText(of({ seed: 0 })), seedText(of({}))], ["seed 0", ""]);
  assert.equal(waitText(of({}), 0), "next");
  assert.equal(waitText(of({ msLeft: 4_000 }), 3), "3 before it, done in about 4.0 s");
  assert.equal(runningText(of({ state: "running" })), "running");
  assert.equal(runningText(of({ progress: { done: 2, all: 8 } })), "2 of 8");
  assert.equal(runningText(of({ progress: { done: 2, all: 8 }, msLeft: 4_000 })), "2 of 8, about 4.0 s left");
  const say = (change: Partial<RunSummary>) => summaryText(of(change), clock);
  assert.equal(say({ state: "finished", started: 61_000, ended: 63_000 }), "finished in 2.0 s, at 60000");
  assert.equal(say({ state: "cancelled" }), "cancelled, at 60000");
});

test("the bar says how the run on the nodes is doing", () => {
  assert.equal(stateText(undefined, [summary]), "");
  assert.equal(stateText(newRun("r"), []), "Queued");
  assert.equal(stateText(newRun("r"), [{ ...summary, position: 2 }]), "2 before it");
  const started = hear({ event: "run.started", nodes: 2 }, { event: "node.cached", node: "a", item: 0 }).view;
  assert.equal(stateText(started, []), "50 %");
  assert.equal(stateText(started, [{ ...summary, msLeft: 12_000 }]), "50 %, about 12 s left");
  for (const [state, text] of [
    ["finished", "Finished"],
    ["failed", "Failed"],
    ["cancelled", "Cancelled"],
  ] as const)
    assert.equal(stateText({ ...started, state }, []), text);
});

test("the bar says why runs wait, all reasons of it, and its title says it whole", () => {
  const full = "The disk is full.";
  assert.deepEqual(queueText(12, true, undefined), {
    text: "Paused, 12 waiting",
    says: "Paused, 12 waiting. Show the queue",
  });
  assert.equal(queueText(3, false, undefined).text, "3 waiting");
  assert.deepEqual(queueText(0, false, full), { text: "No run begins", says: "No run begins. The disk is full." });
  assert.deepEqual(queueText(3, true, full), {
    text: "Paused, no run begins, 3 waiting",
    says: "Paused, no run begins, 3 waiting. The disk is full.",
  });
});

test("who submitted a run is said where several did", () => {
  const own = { ...summary, id: "a" };
  const other = { ...summary, id: "b", owner: "anna" };
  assert.deepEqual([...ownerTexts([own, { ...own, id: "c" }])], []);
  assert.deepEqual([...ownerTexts([other, { ...other, id: "c" }])], []);
  assert.deepEqual(
    [...ownerTexts([own, other])],
    [
      ["a", "by owner"],
      ["b", "by anna"],
    ],
  );
});
