import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { fileKind, pictureTypes } from "./picture-kind.ts";

const picture = sharp({ create: { width: 4, height: 3, channels: 3, background: "teal" } });

test("pictures are known by their bytes, whatever they are called", async (context) => {
  const path = join(temporaryFolder(context), "x.txt");
  for (const format of ["png", "webp", "jpeg", "gif", "tiff"] as const) {
    writeFileSync(path, await picture.toFormat(format).toBuffer());
    assert.equal(await fileKind(path), `image/${format}`);
    assert.ok(pictureTypes.includes(`image/${format}`));
  }
});

test("an array is known by its bytes too", async (context) => {
  const path = join(temporaryFolder(context), "x.png");
  writeFileSync(path, Buffer.from("\x93NUMPY\x01\x00", "latin1"));
  assert.equal(await fileKind(path), "array");
});

test("what only begins as a picture does, what is none, and what is not there have no kind", async (context) => {
  const path = join(temporaryFolder(context), "x.png");
  assert.equal(await fileKind(path), undefined);
  for (const bytes of ["", "\x89PN", "\x89PNG\r\n", "RIFF1234WAVE", "RIFF", "<svg/>", "II*", "%PDF-1.7", "\x93NUMP"]) {
    writeFileSync(path, Buffer.from(bytes, "latin1"));
    assert.equal(await fileKind(path), undefined, JSON.stringify(bytes));
  }
});
