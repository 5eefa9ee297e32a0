import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyRun, type RunEventBody, type RunView, reduce } from "@clipwork/engine";
import { eventsAfterDeath } from "./after-death.ts";

/** A run after those events, which the worker sent at times 100, 101 and so on. */
function viewAfter(...bodies: RunEventBody[]): RunView {
  let view = emptyRun("r");
  for (const [i, body] of bodies.entries())
    view = reduce(view, { ...body, seq: i + 1, run: "r", time: 100 + i } as Parameters<typeof reduce>[1]);
  return view;
}

const started: RunEventBody = { event: "run.started", nodes: 2 };
const node = (event: "node.started" | "node.finished", item: number): RunEventBody =>
  event === "node.started" ? { event, node: "n", item } : { event, node: "n", item, ms: 1 };

test("what was running failed, by its node and item, and then the run; numbers and times go on", () => {
  const view = viewAfter(started, node("node.started", 0), node("node.finished", 0), node("node.started", 1));
  const events = eventsAfterDeath(view, { how: "signal SIGKILL", cancelled: false }, 150);
  assert.deepEqual(
    events.map(({ seq, run, time, event }) => [seq, run, time, event]),
    [
      [5, "r", 150, "node.failed"],
      [6, "r", 150, "run.failed"],
    ],
  );
  const [failed, end] = events;
  assert.ok(failed!.event === "node.failed" && failed!.item === 1 && failed!.node === "n");
  assert.match(failed!.message, /ended unexpectedly \(signal SIGKILL\) while this node was running/);
  assert.match(failed!.remedy!, /smaller picture|free some memory/);
  assert.ok(end!.event === "run.failed" && end!.ms === 50 && end!.executed === 1);
});

test("a node whose only item was running when the process ended has failed, and counts as run; if it was cancelled it does not", () => {
  const view = viewAfter(started, node("node.started", 0));
  const counts = [false, true].map((cancelled) => {
    const end = eventsAfterDeath(view, { how: "signal SIGKILL", cancelled }, 150).at(-1)!;
    return "executed" in end && end.executed;
  });
  assert.deepEqual(counts, [1, 0]);
});

test("if nothing was running, a notice says what happened", () => {
  const events = eventsAfterDeath(viewAfter(started), { how: "exit code 1", cancelled: false }, 150);
  assert.deepEqual(
    events.map(({ event }) => event),
    ["notice", "run.failed"],
  );
});

test("a run that was cancelled is cancelled, whatever was running", () => {
  const view = viewAfter(started, node("node.started", 0));
  assert.deepEqual(
    eventsAfterDeath(view, { how: "signal SIGKILL", cancelled: true }, 150).map(({ seq, event }) => [seq, event]),
    [[3, "run.cancelled"]],
  );
});

test("a clock that was set back meanwhile makes no run that took less than nothing (case 48)", () => {
  const [failed, end] = eventsAfterDeath(
    viewAfter(started, node("node.started", 0)),
    { how: "signal SIGKILL", cancelled: false },
    50,
  );
  assert.ok(failed?.event === "node.failed" && end?.event === "run.failed");
  assert.deepEqual([end.ms, end.seq], [0, failed.seq + 1]);
});

test("a run that never began took no time", () => {
  const [, end] = eventsAfterDeath(emptyRun("r"), { how: "exit code 1", cancelled: false }, 150);
  assert.ok(end!.event === "run.failed" && end!.ms === 0 && end!.seq === 2);
});

test("a node that did not yield is named with its type, its pack and its limit, and what ran beside it is not blamed", () => {
  const view = viewAfter(
    started,
    { event: "node.started", node: "own", item: 0 },
    { event: "node.started", node: "n", item: 2 },
  );
  const limit = { seconds: 5, type: "film.loop", pack: "clipwork-nodes-film@1.0.0" };
  const stuck = { suspects: [{ node: "n", item: 2, limit }], seconds: 5 };
  const [own, film, end] = eventsAfterDeath(view, { how: "signal SIGKILL", stuck, cancelled: false }, 150);
  assert.ok(own!.event === "node.failed" && film!.event === "node.failed" && end!.event === "run.failed");
  const name = "n (film.loop of the node pack clipwork-nodes-film@1.0.0)";
  assert.equal(film!.message, `The node ${name} did not yield within its limit of 5 s, and its process was ended.`);
  assert.match(
    own!.message,
    /^It was ended together with its process, which another node held for more than 5 s: n \(/,
  );
});
