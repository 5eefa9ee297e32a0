import assert from "node:assert/strict";
import { test } from "node:test";
import { packages } from "./packages.ts";
import { staleFaults } from "./stale.ts";
import { testFiles } from "./test-files.ts";

test("the text of every fault that npm run faults plants stands in its file once", () => {
  for (const pack of packages) {
    assert.ok(pack.faults.length > 0, pack.name);
    assert.deepEqual(staleFaults(pack), []);
  }
});

test("the test files that a fault names are there", () => {
  for (const pack of packages) for (const fault of pack.faults) assert.ok(testFiles(pack, fault).length > 0);
});
