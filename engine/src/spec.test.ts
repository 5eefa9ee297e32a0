import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { citationsIn, misled, rulesIn, uncited, untested } from "../../test/spec.ts";

const root = join(import.meta.dirname, "..");
const rules = rulesIn(join(root, "SPEC.md"));
const citations = citationsIn(root, "src/**/*.{test,contract}.ts");

test("[Z3] every rule has a test", () => {
  assert.ok(rules.length > 50, `SPEC.md has ${rules.length} rules`);
  assert.equal(new Set(rules).size, rules.length, "an id is used twice");
  assert.deepEqual(untested(rules, citations), []);
});

test("[Z3] every test cites a rule that exists", () => {
  assert.deepEqual([...uncited(citations), ...misled(rules, citations)], []);
});

test("[Z3] the cases of other engines cite rules that exist", () => {
  const cases = readFileSync(join(root, "SPEC-CASES.md"), "utf8").matchAll(/^\| .+? \| (.+?) \|$/gm);
  const told = [...cases].map(([, here]) => here!);
  const ids = told.flatMap((here) => here.match(/\b[A-Z]\d+\b/g) ?? []);
  assert.ok(told.length > 50 && ids.length > 80, `${told.length} cases, ${ids.length} rules`);
  assert.deepEqual(
    ids.filter((id) => !rules.includes(id)),
    [],
  );
  const silent = told.filter((here) => !/[A-Z]\d|host|does not apply|^(-+|here) *$/.test(here));
  assert.deepEqual(silent, []);
});

test("[V17] every problem code is in the list, and the list has no other", () => {
  const listed = [...readFileSync(join(root, "SPEC.md"), "utf8").matchAll(/^\| `([a-z-]+)` +\| \S/gm)].map(
    (m) => m[1]!,
  );
  const sources = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  const used = new Set<string>();
  for (const file of sources) {
    const text = readFileSync(join(root, file), "utf8");
    for (const [, first] of text.matchAll(/(?:\.(?:error|warning)|\[severity\(\w+\)\])\(\s*([^,]+),/g))
      for (const [, code] of first!.matchAll(/"([a-z-]+)"/g)) used.add(code!);
    for (const [, code] of text.matchAll(/code: "([a-z-]+)"/g)) used.add(code!);
  }
  assert.deepEqual([...used].sort(), [...listed].sort());
});
