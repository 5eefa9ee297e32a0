import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { readText } from "./read-text.ts";

test("a text is read as its program saved it: UTF-8 with or without a mark, UTF-16 of either order; other bytes are no text", async (context) => {
  const path = join(temporaryFolder(context), "text");
  const read = (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    return readText(path);
  };
  const text = "a café, кубик 🎲";
  const wide = Buffer.from(`\uFEFF${text}`, "utf16le");
  assert.equal(await read(Buffer.from(text)), text);
  assert.equal(await read(Buffer.from(`\uFEFF${text}`)), text);
  assert.equal(await read(wide), text);
  assert.equal(await read(Buffer.from(wide).swap16()), text);
  assert.equal(await read(Buffer.from("a café", "latin1")), undefined);
  assert.equal(await read(Buffer.from([0x89, 0x50, 0x4e, 0x47])), undefined);
  assert.equal(await read(Buffer.alloc(0)), "");
  await assert.rejects(readText(`${path}.gone`), { code: "ENOENT" });
});
