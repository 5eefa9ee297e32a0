import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gates, interval } from "./gates.ts";

const root = join(import.meta.dirname, "..", "..");

test("the place of every gate stands in its file once", () => {
  for (const { file, text } of [interval, ...gates.map(({ file, before }) => ({ file, text: before }))])
    assert.equal(readFileSync(join(root, file), "utf8").split(text).length - 1, 1, `${file}: ${text}`);
});
