import assert from "node:assert/strict";
import { test } from "node:test";
import { interruptible } from "./interrupt.ts";

test("the first interrupt asks the run to stop, the second ends its process", () => {
  const told: string[] = [];
  let kills = 0;
  const before = process.listenerCount("SIGINT");
  const interrupt = interruptible((line) => told.push(line), { kill: () => kills++ });
  assert.equal(interrupt.signal.aborted, false);
  process.emit("SIGINT");
  assert.deepEqual([interrupt.signal.aborted, kills, told.length], [true, 0, 1]);
  process.emit("SIGINT");
  assert.equal(kills, 1);
  interrupt.stop();
  assert.equal(process.listenerCount("SIGINT"), before);
});
