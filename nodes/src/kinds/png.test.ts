import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { encodePng } from "./png.ts";

test("the library that makes pictures is loaded with the first picture, not with the node types", () => {
  const file = (name: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);
  const program = `
    const loaded = () => process.report.getReport().sharedObjects.some((name) => /sharp|vips/.test(name));
    await import(${file("../index.ts")});
    const before = loaded();
    const { encodePng } = await import(${file("png.ts")});
    await encodePng({ width: 1, height: 1, data: new Uint8Array(3) });
    console.log(before, loaded());`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.equal(said.trim(), "false true");
});

test("a PNG file begins with the mark of its kind", async () => {
  const bytes = await encodePng({ width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 0, 0, 255) });
  assert.deepEqual([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
});
