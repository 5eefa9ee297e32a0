// Writes the table of docs/odd-pictures.md anew, with what Chromium shows: node_modules/node/bin/node test/browser/make-odd-pictures.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { oddPictures } from "../../nodes/src/image/odd-pictures.fixture.ts";
import { clipworkCell, sharpCell, writeRow } from "../../nodes/src/image/odd-pictures-table.fixture.ts";
import { shownByBrowser } from "./odd-pictures.fixture.ts";

const page = join(import.meta.dirname, "..", "..", "docs", "odd-pictures.md");
const executablePath = process.env.CLIPWORK_CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const shown = await shownByBrowser(browser);
await browser.close();
const rows: string[] = [];
for (const [i, { file, what, make }] of oddPictures.entries()) {
  const bytes = await make();
  const cells = { clipwork: await clipworkCell(bytes), chromium: shown[i]!, sharp: await sharpCell(bytes) };
  rows.push(writeRow({ file, what, ...cells }));
}
const head = "| file | what is odd | Clipwork | Chromium | sharp by default |\n|---|---|---|---|---|\n";
const text = readFileSync(page, "utf8");
writeFileSync(page, `${text.slice(0, text.indexOf("| file |"))}${head}${rows.join("\n")}\n`);
