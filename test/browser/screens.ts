// Draws every screen at four widths in both themes, to be looked at: node_modules/node/bin/node test/browser/screens.ts FOLDER [WORD ...]
// A word chooses the screens whose names have it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Editor, ended, pressRun, settled, startEditor, type Visit } from "./editor.fixture.ts";

const [folder = "screens", ...words] = process.argv.slice(2);
const widths = [390, 768, 1280, 1920] as const;
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
  await page.getByRole("button", { name: "Templates" }).click();
  await page.locator(".gallery button", { hasText: "256 pixels" }).first().click();
  await page.locator('.node[data-id="save"]').waitFor();
  await pressRun(page);
  await ended(page);
  const run = new URL(page.url()).hash.slice("#run=".length);
  await context.close();
  for (const width of widths) for (const dark of [false, true]) await draw(editor, run, width, dark);
} finally {
  await editor.close();
}
