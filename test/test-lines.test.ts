import assert from "node:assert/strict";
import { test } from "node:test";
import { countLines, leastTests, untestedRooms } from "./test-lines.ts";

for (const pack of leastTests) {
  test(`${pack.name} has at least ${pack.least.toFixed(1)} lines of tests to a line of source`, (context) => {
    const { sources, tests, ratio } = countLines(pack);
    context.diagnostic(`${pack.name}: ${tests} lines of tests to ${sources} of source, ${ratio.toFixed(2)} to one`);
    assert.ok(ratio >= pack.least, `${tests} lines of tests to ${sources} of source are ${ratio.toFixed(2)} to one`);
  });

  test(`every room of ${pack.name} has tests beside it`, () => {
    assert.deepEqual(untestedRooms(pack), []);
  });
}
