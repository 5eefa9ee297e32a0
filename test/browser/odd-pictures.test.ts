import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { oddPictures } from "../../nodes/src/image/odd-pictures.fixture.ts";
import { readTable } from "../../nodes/src/image/odd-pictures-table.fixture.ts";
import { drop, startEditor } from "./editor.fixture.ts";
import { shownByBrowser } from "./odd-pictures.fixture.ts";

test("C5: the browser shows and refuses odd pictures as the table says, in these sizes and about these colours", async () => {
  const table = readTable(readFileSync(join(import.meta.dirname, "../../docs/odd-pictures.md"), "utf8"));
  const executablePath = process.env.CLIPWORK_CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const shown = await shownByBrowser(browser);
    assert.equal(shown.length, table.length);
    for (const [i, { file, chromium }] of table.entries()) {
      const [size, colour] = [chromium, shown[i]!].map((cell) => cell.split(", ")) as [string[], string[]];
      assert.equal(colour[0], size[0], file);
      const [said, seen] = [size, colour].map(([, hex]) => Buffer.from((hex ?? "").replace(/[`#]/g, ""), "hex"));
      for (const [j, value] of said!.entries()) assert.ok(Math.abs(value - seen![j]!) <= 8, `${file}: ${shown[i]}`);
    }
  } finally {
    await browser.close();
  }
});

const odd = (file: string) => oddPictures.find((one) => one.file === file)!.make();

test("C6: a phone's HEIC dropped on the page is refused by its name with a way out, and a phone's JPEG becomes a node", async () => {
  const editor = await startEditor();
  try {
    const { page } = await editor.visit();
    await drop(page, "IMG_0042.HEIC", "image/heic", await odd("heic.jpg"));
    await page
      .getByText("IMG_0042.HEIC cannot be used as a picture: it is a HEIC picture, which is not read.")
      .waitFor();
    await page.getByText(/Save it as JPEG; an iPhone takes JPEGs/).waitFor();
    await drop(page, "IMG_0043.jpg", "image/jpeg", await odd("scan-end-0.jpg"));
    await page.locator('.node[data-id^="load"]').waitFor();
  } finally {
    await editor.close();
  }
});
