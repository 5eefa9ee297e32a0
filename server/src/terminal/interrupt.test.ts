import assert from "node:assert/strict";
import { test } from "node:test";
import { interruptible } from "./interrupt.ts";

test("the first interrupt asks the run to stop, the second ends its process", () => {
  const told: string[] = [];
  let kills = 0;
  const before = process.listenerCount("SIGINT");
  const interrupt = interruptible((line) => told.push(line), { kill: () => kills++ });
  assert.equal(interrupt.signal.aborted, false);
  process.emit("SIGINT", "SIGINT");
  assert.deepEqual([interrupt.signal.aborted, kills, told.length], [true, 0, 1]);
  process.emit("SIGINT", "SIGINT");
  assert.equal(kills, 1);
  interrupt.stop();
  assert.equal(process.listenerCount("SIGINT"), before);
});

test("C15: an interrupt that comes by its launcher as well is one interrupt; the second of either signal ends the process", () => {
  let kills = 0;
  const interrupt = interruptible(() => {}, { kill: () => kills++ });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.emit(signal, signal);
  assert.deepEqual([interrupt.signal.aborted, kills], [true, 0]);
  process.emit("SIGTERM", "SIGTERM");
  assert.equal(kills, 1);
  interrupt.stop();
});

test("C17: one interrupt alone ends what does not stop by itself within half a minute, and nothing that stopped", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let kills = 0;
  for (const stops of [false, true]) {
    const interrupt = interruptible(() => {}, { kill: () => kills++ });
    process.emit("SIGTERM", "SIGTERM");
    context.mock.timers.tick(29_999);
    assert.equal(kills, 0);
    if (stops) interrupt.stop();
    context.mock.timers.tick(1);
    assert.equal(kills, stops ? 0 : 1);
    interrupt.stop();
    kills = 0;
  }
});
