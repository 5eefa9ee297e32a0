import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findJson, numberOf, readJson } from "./read-json.ts";

const remedy = "Download the folder again.";

/** The path of a file with that text in a folder of its own; without a text there is no file. */
function path(context: TestContext, text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-json-"));
  context.after(() => rmSync(folder, { recursive: true }));
  if (text !== undefined) writeFileSync(join(folder, "config.json"), text);
  return join(folder, "config.json");
}

test("an object is read with all its fields", async (context) => {
  const file = path(context, '{"num_layers": 2, "inner": {"class": null}}');
  assert.deepEqual(await findJson(file), { num_layers: 2, inner: { class: null } });
  assert.deepEqual(await readJson(file), await findJson(file));
});

test("infinite numbers are read as Python writes them, and a string of that name as it is", async (context) => {
  const file = path(context, '{"low": -Infinity, "high": [Infinity], "a \\"Infinity": "Infinity"}');
  assert.deepEqual(await findJson(file), { low: -Infinity, high: [Infinity], 'a "Infinity': "Infinity" });
});

test("a file that is missing is found nowhere, and refused where it must be there", async (context) => {
  const file = path(context);
  assert.equal(await findJson(file), undefined);
  await assert.rejects(readJson(file), { name: "PackError", message: `${file} is missing.`, remedy });
});

test("a folder of that name is no file", async (context) => {
  const file = path(context);
  mkdirSync(file);
  assert.equal(await findJson(file), undefined);
});

test("text that is no JSON is refused with what the parser says", async (context) => {
  for (const text of ["", "{", "{'a': 1}", '{"a": NaN}']) {
    const file = path(context, text);
    await assert.rejects(findJson(file), (error: Error & { remedy?: string }) => {
      assert.deepEqual([error.name, error.remedy], ["PackError", remedy]);
      assert.ok(error.message.startsWith(`${file} is not JSON: `) && error.message.endsWith("."), error.message);
      return true;
    });
  }
});

test("JSON that is no object is refused", async (context) => {
  for (const text of ["null", "[]", "3", '"text"', "true"]) {
    const file = path(context, text);
    await assert.rejects(findJson(file), { name: "PackError", message: `${file} holds no object.`, remedy });
  }
});

test("a file of more than 64 MiB is refused unread", async (context) => {
  const file = path(context, "{}");
  truncateSync(file, 2 ** 26 + 1);
  const message = `${file} has 67108865 bytes, and at most 67108864 are read.`;
  await assert.rejects(findJson(file), { name: "PackError", message, remedy });
});

test("a number that a network needs is one, and nothing is taken for it", () => {
  assert.equal(numberOf({ size: 0 }, "size", "here"), 0);
  for (const size of ["16", null, [16], true])
    assert.throws(() => numberOf({ size }, "size", "here"), {
      ...{ name: "PackError", remedy },
      message: `here says size: ${JSON.stringify(size)}, but must say a number.`,
    });
  assert.throws(() => numberOf({}, "size", "here"), { message: "here says size: undefined, but must say a number." });
});
