import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import {
  documentOf,
  dropWorkflow,
  type Editor,
  ended,
  middleOf,
  onLink,
  settled,
  socketAt,
  startEditor,
} from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

/** Two prompts, an encoder that the first one feeds, and room to the right. */
const small = {
  format: "clipwork/1",
  meta: { title: "Small" },
  nodes: {
    one: node("text.prompt", { text: "a red cube" }),
    two: node("text.prompt", { text: "a blue ball" }),
    encode: node("clip.encode-text", {}, { text: "one.text" }),
  },
  layout: { one: { x: 0, y: 0 }, two: { x: 0, y: 260 }, encode: { x: 420, y: 0 } },
};

async function open(): Promise<Page> {
  const { page } = await editor.visit();
  await dropWorkflow(page, small);
  await page.locator('.node[data-id="encode"]').waitFor();
  await settled(page);
  return page;
}

const menu = (page: Page) => page.getByRole("menu");
const titleOf = (page: Page) => menu(page).getAttribute("aria-label");

async function take(page: Page, label: string): Promise<void> {
  await menu(page).getByText(label, { exact: true }).click();
}

test("a right click opens the menu of what is there: canvas, card, several cards, socket, link, tab", async () => {
  const page = await open();
  await page.mouse.click(700, 600, { button: "right" });
  assert.equal(await titleOf(page), "Canvas");
  await take(page, "Add a node here");
  await page.getByLabel("Search nodes").fill("save image");
  await page.keyboard.press("Enter");
  const added = await documentOf(page, ({ nodes }) => Object.hasOwn(nodes, "image"));
  assert.ok(added.layout);
  // The canvas has moved to show the new card.
  await page.keyboard.press(".");

  await page.locator('.node[data-id="one"] .node-header').click({ button: "right" });
  assert.equal(await titleOf(page), "Prompt");
  await take(page, "Mute");
  await documentOf(page, ({ nodes }) => nodes.one?.mode === "mute");

  await page.locator('.node[data-id="two"] .node-header').click({ modifiers: ["Shift"] });
  await page.locator('.node[data-id="two"] .node-header').click({ button: "right" });
  assert.equal(await titleOf(page), "2 nodes");
  await page.keyboard.press("Escape");
  assert.equal(await menu(page).count(), 0);

  const socket = await socketAt(page, "encode.text", "input");
  await page.mouse.click(socket.x, socket.y, { button: "right" });
  assert.equal(await titleOf(page), "CLIP encode text, text");
  await take(page, "Link to …");
  await take(page, "Prompt 2, text");
  await documentOf(page, ({ nodes }) => nodes.encode?.inputs?.text === "two.text");
  await page.keyboard.press("Control+z");
  await documentOf(page, ({ nodes }) => nodes.encode?.inputs?.text === "one.text");

  const link = await onLink(page, "encode.text");
  await page.mouse.click(link.x, link.y, { button: "right" });
  assert.equal(await titleOf(page), "Prompt, text to CLIP encode text, text");
  await take(page, "Remove");
  await documentOf(page, ({ nodes }) => nodes.encode?.inputs?.text === undefined);

  await page.locator(".document-tab[data-front]").click({ button: "right" });
  assert.equal(await titleOf(page), "Small");
  await take(page, "Open a copy");
  await page.locator(".document-tab[data-front]", { hasText: "Small (copy)" }).waitFor();
});

test("pictures and rows of runs have menus; a field keeps the browser's own", async () => {
  const { page } = await editor.visit();
  await dropWorkflow(page, {
    ...small,
    nodes: {
      text: node("text.prompt", { text: "a red cube" }),
      encode: node("clip.encode-text", {}, { text: "text.text" }),
    },
  });
  await page.locator('.node[data-id="encode"]').waitFor();
  await settled(page);
  await page.locator('.node[data-id="encode"] .node-header').click({ button: "right" });
  await take(page, "Run to here");
  assert.equal(await ended(page), "Finished");
  await page.locator('.node[data-id="encode"] .preview').click({ button: "right" });
  await take(page, "Look closely");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Runs" }).click();
  await page
    .locator(".run-row")
    .first()
    .click({ button: "right", position: { x: 150, y: 10 } });
  assert.equal(await titleOf(page), await page.locator(".run-text strong").first().textContent());
  await page.keyboard.press("Escape");
  await page.locator('.node[data-id="text"] textarea').click({ button: "right" });
  assert.equal(await menu(page).count(), 0);
});

test("Shift+F10 opens the menu of what has the focus: arrows, letters and Escape go about in it, and the focus comes back", async () => {
  const page = await open();
  await page.locator('.node[data-id="one"] .node-header').click();
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowLeft");
  const focused = () =>
    page.evaluate(() => {
      const { dataset, className } = document.activeElement as HTMLElement;
      return dataset.id ?? dataset.label ?? className;
    });
  assert.equal(await focused(), "one");
  await page.keyboard.press("Shift+F10");
  assert.equal(await focused(), "Run to here");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "Change its parameters");
  await page.keyboard.press("End");
  assert.equal(await focused(), "Remove");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "Run to here");
  await page.keyboard.type("byp");
  assert.equal(await focused(), "Bypass");
  await page.keyboard.press("Escape");
  assert.equal(await focused(), "one");
  await page.keyboard.press("Shift+F10");
  await page.keyboard.type("dup");
  await page.keyboard.press("Enter");
  await documentOf(page, ({ nodes }) => Object.keys(nodes).length === 4);
});

test("a finger that rests on a card opens its menu, one that moves does not", async () => {
  const page = await open();
  const session = await page.context().newCDPSession(page);
  const header = page.locator('.node[data-id="two"] .node-header');
  const { x, y } = await middleOf(header);
  const at = { x, y };
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: { x: number; y: number }[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  await touch("touchStart", [at]);
  await touch("touchMove", [{ x: at.x + 40, y: at.y }]);
  await page.waitForTimeout(700);
  assert.equal(await menu(page).count(), 0);
  await touch("touchEnd", []);
  const now = await middleOf(header);
  await touch("touchStart", [{ x: now.x, y: now.y }]);
  await menu(page).waitFor();
  await touch("touchEnd", []);
  assert.equal(await titleOf(page), "Prompt 2");
  await take(page, "Bypass");
  await documentOf(page, ({ nodes }) => nodes.two?.mode === "bypass");
});

test("a menu stays inside the window, and a press beside it closes it", async () => {
  const page = await open();
  await page.mouse.click(740, 700, { button: "right" });
  const box = (await menu(page).boundingBox())!;
  const { width, height } = page.viewportSize()!;
  assert.ok(
    box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height,
    JSON.stringify(box),
  );
  await page.mouse.click(200, 640);
  await menu(page).waitFor({ state: "detached" });
});
