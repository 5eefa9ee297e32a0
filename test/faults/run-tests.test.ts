import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runTests } from "./run-tests.ts";

/** Runs a test file with that text. */
async function runText(context: TestContext, text: string, limitMs = 60_000) {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "some.test.mjs");
  writeFileSync(path, `import assert from "node:assert/strict"; import { test } from "node:test";\n${text}`);
  return runTests(path, limitMs);
}

test("what fails is named by the title of the first test that fails", async (context) => {
  const text = 'test("one", () => {}); test("two", () => assert.ok(false)); test("three", () => assert.ok(false));';
  const { ended, how } = await runText(context, text);
  assert.deepEqual({ ended, how }, { ended: "fails", how: "two" });
});

test("what passes passes", async (context) => {
  assert.equal((await runText(context, 'test("one", () => {});')).ended, "passes");
});

test("a test that does not end hangs, with what it started: it is not taken for one that fails", async (context) => {
  const waits = 'process.stdout.write("waits"); setInterval(() => {}, 1000);';
  const text = `import { spawn } from "node:child_process";
    test("loops", () => {
      const { pid } = spawn(process.execPath, ["-e", ${JSON.stringify(waits)}], { stdio: "inherit" });
      for (;;);
    });`;
  const { ended, how } = await runText(context, text, 1500);
  assert.deepEqual({ ended, how }, { ended: "hangs", how: "it did not end within 2 s" });
});

test("a test file that passes but keeps its process alive hangs", async (context) => {
  assert.equal((await runText(context, 'test("one", () => {}); setInterval(() => {}, 1000);', 1500)).ended, "hangs");
});

test("a file that fails before its first test breaks", async (context) => {
  const { ended, how } = await runText(context, 'throw new Error("no such thing");');
  assert.equal(ended, "breaks");
  assert.match(how, /no such thing/);
});
