import assert from "node:assert/strict";
import { test } from "node:test";
import { oddPictures } from "../../nodes/src/image/odd-pictures.fixture.ts";
import { askRaw } from "./raw.fixture.ts";
import { startServer } from "./server.fixture.ts";

test("C6: an upload that is no picture is refused as the file that it is, never as a body", async (context) => {
  const server = await startServer(context);
  const send = async (file: string) => {
    const body = await oddPictures.find((one) => one.file === file)!.make();
    const headers = { "content-type": "application/octet-stream" };
    const { status, text } = await askRaw(server.url, { method: "POST", path: "/api/v1/uploads", headers, body });
    return { status, ...(JSON.parse(text) as { detail?: string; remedy?: string }) };
  };
  for (const [file, reason] of [
    ["heic.jpg", "it is a HEIC picture, which is not read"],
    ["picture.avif", "it is an AVIF picture, which is not read"],
    ["page.jpg", "it is a web page, not a picture"],
  ] as const) {
    const { status, detail, remedy } = await send(file);
    assert.deepEqual([status, detail], [415, `The file cannot be used as a picture: ${reason}.`]);
    assert.ok(remedy);
  }
  assert.equal((await send("scan-end-0.jpg")).status, 201);
});
