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
    await encodePng({ width: 200, height: 200, data: new Uint8Array(3 * 200 * 200) });
    console.log(before, loaded());`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.equal(said.trim(), "false true");
});

test("a PNG file begins with the mark of its kind", async () => {
  const bytes = await encodePng({ width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 0, 0, 255) });
  assert.deepEqual([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
});

test("decoders find the same pixels in a small PNG and in a large one, with alpha and without", async () => {
  const sharp = (await import("sharp")).default;
  for (const side of [1, 3, 128, 129])
    for (const channels of [3, 4] as const) {
      const data = Uint8Array.from({ length: channels * side * side }, (_, i) => (i * 7919) >> 3);
      const bytes = await encodePng({ width: side, height: side, data }, channels);
      const { data: found, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      assert.deepEqual([info.width, info.height, info.channels], [side, side, channels]);
      assert.equal(Buffer.compare(found, data), 0, `${side} px, ${channels} channels`);
    }
});
