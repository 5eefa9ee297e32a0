// Draws the pictures of docs/editor.md: node_modules/node/bin/node test/browser/make-screenshots.ts [editor] [map]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { drag, ended, patience, pressRun, socketAt, startEditor, type Visit } from "./editor.fixture.ts";
import { lookAtMap } from "./map.fixture.ts";

const root = join(import.meta.dirname, "..", "..");
const images = join(root, "docs", "images");
mkdirSync(images, { recursive: true });

const asked = process.argv.slice(2);
const wanted = (name: string) => asked.length === 0 || asked.includes(name);
const editor = await startEditor();

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(500);
  await sharp(await page.screenshot())
    .webp({ quality: 82 })
    .toFile(join(images, `${name}.webp`));
}

async function drawEditor({ page }: Visit, theme: string): Promise<void> {
  await page.locator("#setting\\:prompt").fill("a large blue shiny ball on grass at sunset");
  // Another seed for each theme: what is in the cache shows no steps.
  await page.locator("#setting\\:seed").fill(theme === "dark" ? "3" : "4");
  if (theme === "light") {
    // So many that the run is under way when it is drawn.
    await page.locator('.node[data-id="decode"] .node-header').click();
    await page.locator("#field\\:decode\\:steps").fill("999");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await pressRun(page);
    await page.locator('.node[data-id="decode"][data-state="running"] .preview > img').waitFor({ timeout: 120_000 });
    await shoot(page, "running-light");
    return;
  }
  await pressRun(page);
  await ended(page);
  await page.locator('.node[data-id="save"] .preview > img').waitFor();
  await shoot(page, "editor-dark");
  await page.locator('.node[data-id="decode"] .node-header').click();
  await shoot(page, "node");
  await page.locator('.node[data-id="prior"]').hover();
  await page.getByLabel("Look at Diffusion prior closely").click();
  await shoot(page, "numbers");
  await page.keyboard.press("Escape");
  const from = await socketAt(page, "prior.embedding", "output");
  await drag(page, from, { x: from.x - 200, y: from.y + 320 });
  await shoot(page, "search");
}

async function drawMap({ page }: Visit): Promise<void> {
  await page.getByLabel("Templates").click();
  await page.locator(".gallery button", { has: page.getByText("Latent map", { exact: true }) }).click();
  await page.locator('.node[data-id="map"]').waitFor();
  await pressRun(page);
  await ended(page, 5 * patience);
  await lookAtMap(page);
  const box = (await page.locator(".map-canvas").boundingBox())!;
  await page.mouse.move(box.x + 0.66 * box.width, box.y + 0.16 * box.height);
  await shoot(page, "map");
}

try {
  if (wanted("editor")) {
    await drawEditor(await editor.visit({ dark: true }), "dark");
    await drawEditor(await editor.visit(), "light");
  }
  if (wanted("map")) await drawMap(await editor.visit({ wide: true }));
} finally {
  await editor.close();
}
