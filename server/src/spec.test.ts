import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { citationsIn, misled, rulesIn, uncited, untested } from "../../test/spec.ts";

const root = join(import.meta.dirname, "..", "..");
const rules = rulesIn(join(root, "server", "SPEC.md"));
const citations = citationsIn(root, [
  "server/src/**/*.{test,contract}.ts",
  "test/server/access.test.ts",
  "test/power/*.test.ts",
]);

test("every rule of SPEC.md has a test", () => {
  assert.ok(rules.length > 60, `SPEC.md has ${rules.length} rules`);
  assert.equal(new Set(rules).size, rules.length, "an id is used twice");
  assert.deepEqual(untested(rules, citations), []);
});

test("every rule that a test cites exists, and every test of a port and of access cites one", () => {
  assert.deepEqual(misled(rules, citations), []);
  const bound = citations.filter(({ where }) => /\.contract\.ts|^test\/server\/access\.test\.ts/.test(where));
  assert.ok(bound.length > 50, `${bound.length} tests`);
  assert.deepEqual(uncited(bound), []);
});
