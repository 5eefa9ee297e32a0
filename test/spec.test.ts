import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { citationsIn, misled, rulesIn, uncited, untested } from "./spec.ts";

function folder(context: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "clipwork-test-"));
  context.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("rules without a test, tests without a rule and rules that do not exist are found", (context) => {
  const root = folder(context);
  writeFileSync(join(root, "SPEC.md"), "# Rules\n\n- **[Q1]** One.\n- **[Q2]** Two.\n- [Q3] No rule.\n- **[Q4]**\n");
  const rules = rulesIn(join(root, "SPEC.md"));
  assert.deepEqual(rules, ["Q1", "Q2"]);
  const text = [
    'test("[Q1] one", () => {});',
    "  test(`queue: [Q9] another`, () => {});",
    '  rule(\n    "nothing",\n    () => {},\n  );',
  ];
  writeFileSync(join(root, "a.test.ts"), text.join("\n"));
  const citations = citationsIn(root, "*.test.ts");
  assert.equal(citations.length, 3);
  assert.deepEqual(untested(rules, citations), ["Q2"]);
  assert.deepEqual(misled(rules, citations), ["a.test.ts: queue: [Q9] another"]);
  assert.deepEqual(uncited(citations), ["a.test.ts: nothing"]);
});
