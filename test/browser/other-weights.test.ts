import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { insertText } from "../../server/src/files/png.ts";
import { documentOf, drop, type Editor, startEditor } from "./editor.fixture.ts";
import { small } from "./small.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

test("a picture by another version of the toybox opens, says that it is not here, and offers the one that is", async () => {
  const { page } = await editor.visit();
  const { packs } = await (await page.request.get(`${editor.url}/api/v1/packs`)).json();
  const { title, version } = packs.find(({ name }: { name: string }) => name === "toybox");
  const stages = { "toybox/decoder": "85f37d25d874fb13800fbb4e4ebb426c72cfdf36ba653d4ac32a9a08438811b7" };
  const run = JSON.stringify({ format: "clipwork-run/1", workflow: small("Of an earlier toybox"), stages });
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#c33" } })
    .png()
    .toBuffer();
  await drop(page, "earlier.png", "image/png", insertText(picture, "clipwork", run));

  await page.getByText(`The ${title} that made this picture is not here.`).waitFor();
  await page.getByText(`Run draws it anew with ${title} ${version}`).waitFor();
  const opened = await documentOf(page, ({ nodes }) => nodes.decode !== undefined);
  assert.equal(opened.meta?.title, "Of an earlier toybox");
});
