// Draws the tour in README.md, a moving picture of the running editor: node_modules/node/bin/node test/browser/make-tour.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { ended, middleOf, patience, pressRun, startEditor } from "./editor.fixture.ts";

const file = join(import.meta.dirname, "..", "..", "docs", "images", "tour.webp");
const caption = "a large blue shiny ball on grass at sunset";
const size = { width: 1120, height: 700 };
/** Bytes that the file may have. */
const most = 1_000_000;

const frames: { readonly png: Buffer; ms: number }[] = [];

/** Shows the page for so many milliseconds. */
async function show(page: Page, ms: number): Promise<void> {
  const png = await page.screenshot();
  const last = frames.at(-1);
  if (last?.png.equals(png)) last.ms += ms;
  else frames.push({ png, ms });
}

/** Runs it, and shows how its pictures form, one change of so many, until it has ended. */
async function watchRun(page: Page, oneOf: number): Promise<void> {
  const address = page.url();
  await pressRun(page);
  await page.waitForFunction((address) => location.href !== address, address);
  const look = () =>
    page.evaluate(() => ({
      pictures: [...document.querySelectorAll<HTMLImageElement>(".preview > img")].map(({ src }) => src).join(),
      over: /Finished|Failed/.test(document.querySelector(".run-state")?.textContent ?? ""),
    }));
  let changes = 0;
  let before = await look();
  for (const end = Date.now() + patience; !before.over && Date.now() < end; ) {
    const now = await look();
    if (now.pictures !== before.pictures && changes++ % oneOf === 0) await show(page, 100);
    before = now;
  }
  await ended(page);
  await page.waitForTimeout(400);
  await show(page, 1200);
}

/** Moves the pointer there as a hand does, and is seen doing so. */
async function point(page: Page, to: { readonly x: number; readonly y: number }, from = to, steps = 5): Promise<void> {
  for (let i = 1; i <= steps; i++) {
    await page.mouse.move(from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps);
    await show(page, 80);
  }
}

/** A pointer that is seen in pictures. */
function drawPointer(): void {
  const pointer = document.createElement("div");
  pointer.style.cssText =
    "position:fixed;z-index:9999;width:18px;height:18px;margin:-9px;border-radius:50%;background:#4f46e566;border:2px solid #fff;box-shadow:0 0 4px #0008;pointer-events:none;left:-50px";
  document.documentElement.append(pointer);
  pointer.popover = "manual";
  const place = ({ clientX, clientY }: MouseEvent) => {
    // Above dialogs, too.
    pointer.hidePopover();
    pointer.showPopover();
    pointer.style.left = `${clientX}px`;
    pointer.style.top = `${clientY}px`;
    pointer.style.right = "auto";
    pointer.style.bottom = "auto";
  };
  pointer.showPopover();
  addEventListener("mousemove", place, true);
}

async function tour(page: Page): Promise<void> {
  const prompt = page.locator("#setting\\:prompt");
  await prompt.fill("");
  await page.locator(".canvas-area").focus();
  await page.keyboard.press(".");
  await prompt.focus();
  await page.waitForTimeout(600);
  await show(page, 900);
  for (let i = 3; i <= caption.length; i += 3) {
    await page.keyboard.type(caption.slice(i - 3, i));
    await show(page, 90);
  }
  await page.keyboard.type(caption.slice(caption.length - (caption.length % 3)));
  await show(page, 500);
  await watchRun(page, 1);

  // Closely, and back.
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("v");
  await page.locator(".zoomable img").waitFor();
  await page.waitForTimeout(400);
  await show(page, 1600);
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });

  // Another seed, compared with the first.
  await page.locator("#setting\\:seed").fill("11");
  await show(page, 600);
  await watchRun(page, 3);
  await page.getByRole("tab", { name: "Runs" }).click();
  await page.waitForTimeout(300);
  await show(page, 700);
  const rows = page.getByRole("button", { name: /^Compare/ });
  await rows.nth(1).click();
  await show(page, 400);
  await rows.nth(0).click();
  await page.locator(".compare-upper").waitFor();
  await page.waitForTimeout(400);
  await show(page, 700);
  const line = await middleOf(page.locator(".compare-line"));
  await page.mouse.move(line.x, line.y);
  await page.mouse.down();
  await point(page, { x: line.x - 170, y: line.y }, line, 7);
  await point(page, { x: line.x + 170, y: line.y }, { x: line.x - 170, y: line.y }, 12);
  await point(page, line, { x: line.x + 170, y: line.y }, 7);
  await page.mouse.up();
  await show(page, 1500);
}

const editor = await startEditor();
try {
  const { page } = await editor.visit({ whole: false });
  await page.setViewportSize(size);
  await page.evaluate(drawPointer);
  await tour(page);
} finally {
  await editor.close();
}
const small = await Promise.all(frames.map(({ png }) => sharp(png).resize(960).png().toBuffer()));
const delay = frames.map(({ ms }) => ms);
for (const quality of [75, 65, 55, 45, 35]) {
  const webp = await sharp(small, { join: { animated: true } })
    .webp({ quality, delay, loop: 0, mixed: true, minSize: true })
    .toBuffer();
  if (webp.length > most) continue;
  writeFileSync(file, webp);
  const seconds = delay.reduce((sum, ms) => sum + ms, 0) / 1000;
  process.stdout.write(`${frames.length} pictures, ${seconds} s, ${webp.length} bytes at quality ${quality}\n`);
  break;
}
