import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent } from "../../wire/wire.ts";
import { gotFurther, tellsProgress } from "./progress.ts";

/** A log of an attempt a text: `decode@3` tells step 3, `decode!` finishes, anything else is a notice. */
function logOf(...attempts: string[]) {
  const log: LoggedEvent[] = [];
  const starts: number[] = [];
  const add = (event: object) => void log.push({ ...event, seq: log.length + 1, run: "r", time: 0 } as LoggedEvent);
  for (const attempt of attempts) {
    starts.push(log.length);
    add({ event: "run.started" });
    for (const word of attempt.split(" ").filter(Boolean)) {
      const [, node, sign, step] = /^(\w+)([@!])(\d*)$/.exec(word) ?? [];
      if (sign === "@") add({ event: "node.progress", node, item: 0, step: Number(step), steps: 9 });
      else if (sign === "!") add({ event: "node.finished", node, item: 0, ms: 1 });
      else add({ event: "notice", message: word });
    }
  }
  return { log, last: starts.at(-1)! };
}
const rules: readonly (readonly [string, boolean, readonly string[]])[] = [
  ["nothing happened", false, ["", ""]],
  ["the first attempt began", false, ["decode@1 decode@2"]],
  ["a node was finished for the first time", true, ["encode!", "encode! decode!"]],
  ["the same node was finished again", false, ["encode!", "encode!"]],
  ["it began at a newer checkpoint", true, ["decode@1 decode@2 decode@3", "decode@3"]],
  ["it told later steps, and began where it began before", false, ["decode@1", "decode@1 decode@2 decode@3"]],
  ["it began anew after it had begun at a checkpoint", false, ["decode@1", "decode@5", "decode@1 decode@2"]],
  ["it began at a step between those", false, ["decode@1", "decode@5", "decode@4"]],
  ["another node tells steps for the first time", false, ["prior@1", "decode@7"]],
  ["it says what it does before its first step", false, ["decode@0 decode@1", "decode@0 decode@1"]],
  ["it goes on from a checkpoint after it said what it does", true, ["decode@0 decode@1", "decode@0 decode@4"]],
  ["what got further was an attempt before", false, ["decode@1", "decode@5", "notice"]],
];
for (const [what, further, attempts] of rules) {
  test(`${further ? "further" : "no further"}: ${what} (A8)`, () => {
    const { log, last } = logOf(...attempts);
    assert.equal(gotFurther(log, last), further);
    const told = log.filter((event) => tellsProgress(JSON.stringify(event)));
    assert.equal(gotFurther(told, last), further, "what is not parsed decides nothing");
  });
}

test("an attempt that was lost before it began has got no further than the one before it", () => {
  const { log } = logOf("decode@1", "decode@5");
  assert.equal(gotFurther(log, log.length), false);
});
