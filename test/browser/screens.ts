// Draws every screen at four widths in both themes, to be looked at: node_modules/node/bin/node test/browser/screens.ts FOLDER [WORD ...]
// A word chooses the screens whose names have it, a number a width.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { dropWorkflow, type Editor, ended, pressRun, settled, startEditor, type Visit } from "./editor.fixture.ts";
import { small } from "./small.fixture.ts";

const [folder = "screens", ...chosen] = process.argv.slice(2);
const words = chosen.filter((word) => Number.isNaN(Number(word)));
const numbers = chosen.map(Number).filter((width) => !Number.isNaN(width));
const widths = numbers.length > 0 ? numbers : [390, 768, 1280, 1920];
const form = "/form/templates/text-to-image-256";

/** A screen: how it is reached on a page that has just been opened, with a finished run. */
type Screen = { readonly name: string; readonly go: (page: Page) => Promise<unknown> };

const dialog = (label: string | RegExp) => async (page: Page) => {
  await page.getByRole("button", { name: label }).first().click();
  await page.locator("dialog[open]").waitFor();
};
const key = (pressed: string) => async (page: Page) => {
  await page.locator(".canvas-area").focus();
  await page.keyboard.press(pressed);
};
const look = async (page: Page) => {
  await key("v")(page);
  await page.locator(".zoomable img").waitFor();
};

const screens: readonly Screen[] = [
  { name: "editor", go: async () => {} },
  { name: "arrange", go: (page) => page.getByRole("button", { name: "Arrange what is exposed" }).click() },
  { name: "node", go: (page) => page.locator('.node[data-id="decode"] .node-header').click({ force: true }) },
  { name: "runs", go: (page) => page.locator("#tab-runs").click() },
  { name: "outline", go: (page) => page.locator("#tab-outline").click() },
  { name: "folded", go: key("\\") },
  { name: "search", go: key("Tab") },
  { name: "templates", go: dialog("Templates") },
  { name: "models", go: dialog(/^Models/) },
  { name: "documents", go: dialog(/^Documents/) },
  { name: "shortcuts", go: dialog(/^Shortcuts/) },
  {
    name: "menu",
    go: (page) => page.locator('.node[data-id="decode"] .node-header').click({ button: "right", force: true }),
  },
  { name: "look", go: look },
  {
    name: "dock",
    go: async (page) => {
      await look(page);
      // A narrow window has no room beside the canvas.
      if (page.viewportSize()!.width > 960) await page.getByRole("button", { name: "Dock" }).click();
    },
  },
  {
    name: "compare",
    go: async (page) => {
      await look(page);
      await page.getByRole("button", { name: "Compare" }).click();
      await page.locator(".filmstrip button").first().click();
    },
  },
  {
    name: "sweep",
    go: async (page) => {
      await page.locator('.node[data-id="decode"] .node-header').click({ force: true });
      await page.getByLabel("Sweep seed").click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "group",
    go: async (page) => {
      await key("Control+a")(page);
      await page.keyboard.press("Control+g");
    },
  },
  {
    name: "inside",
    go: async (page) => {
      await key("Control+a")(page);
      await page.keyboard.press("Alt+g");
      await page.locator('.node[data-id="subgraph"]').waitFor();
      await page.keyboard.press("Alt+o");
      await settled(page);
    },
  },
  { name: "new", go: (page) => page.getByRole("button", { name: /^New workflow/ }).click() },
];

async function shoot(page: Page, name: string, width: number, dark: boolean): Promise<void> {
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}-${width}-${dark ? "dark" : "light"}.png`) });
}

async function open(editor: Editor, width: number, dark: boolean): Promise<Visit> {
  const visit = await editor.visit({ dark });
  await visit.page.setViewportSize({
    width,
    height: width < 700 ? 844 : width < 1000 ? 1024 : width < 1500 ? 720 : 1080,
  });
  return visit;
}

async function draw(editor: Editor, run: string, width: number, dark: boolean): Promise<void> {
  for (const { name, go } of screens) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    const { page, context } = await open(editor, width, dark);
    await page.goto(`${editor.url}#run=${run}`);
    await page.reload();
    await page.locator('.node[data-id="save"] .preview > img').waitFor();
    await settled(page);
    await page.keyboard.press(".");
    await go(page).catch((error: unknown) => process.stderr.write(`${name} at ${width}: ${error}\n`));
    await shoot(page, name, width, dark);
    await context.close();
  }
  if (words.length > 0 && !words.includes("form")) return;
  const { page, context } = await open(editor, width, dark);
  await page.goto(new URL(form, editor.url).href);
  await page.locator("#setting\\:prompt").waitFor();
  await shoot(page, "form", width, dark);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator(".form-output a img").waitFor({ timeout: 120_000 });
  await page.screenshot({ path: join(folder, `form-done-${width}-${dark ? "dark" : "light"}.png`), fullPage: true });
  await context.close();
}

mkdirSync(folder, { recursive: true });
const editor = await startEditor();
try {
  const { page, context } = await editor.visit();
  await dropWorkflow(page, small("A red cube"));
  await settled(page);
  await pressRun(page);
  await ended(page);
  const run = new URL(page.url()).hash.slice("#run=".length);
  await context.close();
  for (const width of widths) for (const dark of [false, true]) await draw(editor, run, width, dark);
} finally {
  await editor.close();
}
