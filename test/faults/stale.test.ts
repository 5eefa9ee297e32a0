import assert from "node:assert/strict";
import { test } from "node:test";
import { packages } from "./packages.ts";
import { staleFaults } from "./stale.ts";

test("the text of every fault that npm run faults plants stands in its file once", () => {
  for (const pack of packages) {
    assert.ok(pack.faults.length > 0, pack.name);
    assert.deepEqual(staleFaults(pack), []);
  }
});
