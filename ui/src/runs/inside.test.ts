import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent } from "@clipwork/server/wire";
import { inside, shownIn } from "./inside.ts";
import { heard, newRun } from "./run-view.ts";

const events = ["a/x", "b", "a/in/y", "ab/x"].flatMap((node, i) => [
  { event: "node.started", run: "r", seq: 2 * i + 1, time: 1, node, item: 0 },
  { event: "node.finished", run: "r", seq: 2 * i + 2, time: 2, node, item: 0, ms: 5 },
]) as unknown as readonly LoggedEvent[];
const run = events.reduce(heard, newRun("r"));
const names = (instance: string) => inside(run.nodes, instance).map(([id]) => id);

test("what is inside an instance is found at every depth, in the order of the run", () => {
  assert.deepEqual(names("a"), ["a/x", "a/in/y"]);
  assert.deepEqual(names("a/in"), ["a/in/y"]);
  assert.deepEqual([names("b"), names("ab"), names("gone")], [[], ["ab/x"], []]);
  assert.equal(shownIn(run, "a")!.count.finished, 2);
});

test("the nodes of a run are gone through once, however many cards that have not begun ask", () => {
  let read = 0;
  const nodes = {
    get: () => undefined,
    *[Symbol.iterator]() {
      for (const entry of run.nodes) {
        read++;
        yield entry;
      }
    },
  };
  for (let i = 0; i < 100; i++) shownIn({ nodes } as never, `pending-${i}`);
  assert.equal(read, 4);
});
