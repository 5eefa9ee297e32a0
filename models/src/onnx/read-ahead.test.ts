import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readAhead } from "./read-ahead.ts";

const size = 40 * 2 ** 20;

function files(context: TestContext, count: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-ahead-"));
  context.after(() => rmSync(folder, { recursive: true }));
  return Array.from({ length: count }, (_, i) => {
    const path = join(folder, `${i}`);
    writeFileSync(path, "");
    truncateSync(path, size);
    return path;
  });
}

test("says how far it is, to the last byte of the last file", async (context) => {
  const told: number[] = [];
  await readAhead(files(context, 2), { onRead: (bytes) => told.push(bytes) });
  assert.ok(told.length > 2);
  assert.deepEqual(
    told.toSorted((a, b) => a - b),
    told,
  );
  assert.ok(told.includes(size));
  assert.equal(told.at(-1), 2 * size);
});

test("ends when it is aborted, before the next part", async (context) => {
  const controller = new AbortController();
  const told: number[] = [];
  const reading = readAhead(files(context, 2), {
    onRead: (bytes) => {
      told.push(bytes);
      controller.abort(new Error("enough"));
    },
    signal: controller.signal,
  });
  await assert.rejects(reading, /enough/);
  assert.equal(told.length, 1);
});

test("a file that is not there is an error", async () => {
  await assert.rejects(readAhead(["/none/such"], { onRead: () => {} }), /ENOENT/);
});
