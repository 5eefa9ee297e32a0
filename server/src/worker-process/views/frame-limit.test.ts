import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameLimit } from "./frame-limit.ts";

test("each node has so many frames a second, whatever the others have", () => {
  let now = 0;
  const limit = new FrameLimit(10, () => now);
  const due: string[] = [];
  for (now = 0; now < 1000; now += 25) for (const node of ["a", "b"]) if (limit.due(node)) due.push(`${node} ${now}`);
  const times = [0, 100, 200, 300, 400, 500, 600, 700, 800, 900];
  assert.deepEqual(
    due,
    times.flatMap((time) => [`a ${time}`, `b ${time}`]),
  );
});
