import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { drag, dropWorkflow, type Editor, middleOf, settled, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

type Camera = { readonly x: number; readonly y: number; readonly k: number };

/** Where the canvas stands, as it is drawn. */
function cameraOf(page: Page): Promise<Camera> {
  return page.evaluate(() => {
    const drawn = document.querySelector<HTMLElement>(".canvas-area > div")!;
    const { a: k, e: x, f: y } = new DOMMatrix(getComputedStyle(drawn).transform);
    return { x, y, k };
  });
}

/** Waits until the canvas stands where it should, and says where it stands if it never does. */
async function comes(page: Page, there: (camera: Camera) => boolean): Promise<Camera> {
  let now = await cameraOf(page);
  for (const end = Date.now() + 10_000; Date.now() < end && !there(now); now = await cameraOf(page))
    await page.waitForTimeout(20);
  assert.ok(there(now), JSON.stringify(now));
  return now;
}

const near = (a: number, b: number) => Math.abs(a - b) < 1;
const node = (type: string, inputs: object = {}) => ({ type, version: 1, inputs });

test("a workflow opens at its start, with nothing smaller than 12 pixels to read", async () => {
  const { page } = await editor.visit({ whole: false });
  assert.ok((await cameraOf(page)).k >= 0.9);
  const first = (await page.locator('.node[data-id="caption"]').boundingBox())!;
  assert.ok(first.x >= 0 && first.y >= 0, JSON.stringify(first));
  const { k } = await cameraOf(page);
  const small = await page.evaluate((k) => {
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const at = text.parentElement!;
      if (!text.textContent!.trim() || !at.checkVisibility({ visibilityProperty: true })) continue;
      const size = Number.parseFloat(getComputedStyle(at).fontSize) * (at.closest(".canvas-area") ? k : 1);
      if (size < 12) found.push(`${text.textContent}: ${size}`);
    }
    return found;
  }, k);
  assert.deepEqual(small, []);
  await page.waitForFunction(() => document.fonts.status === "loaded");
  const drawn = await page.evaluate(() =>
    [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family),
  );
  assert.deepEqual(drawn, ["Inter Variable"], "one file of the bundled font, for Latin letters");
});

test("the wheel pans, with Shift sideways, and with Ctrl it zooms at the pointer", async () => {
  const { page } = await editor.visit();
  const start = await cameraOf(page);
  await page.mouse.move(500, 400);
  await page.mouse.wheel(0, 120);
  const down = await comes(page, ({ y }) => near(y, start.y - 120));
  assert.ok(near(down.x, start.x) && down.k === start.k);
  await page.mouse.wheel(30, 0);
  await comes(page, ({ x, y }) => near(x, start.x - 30) && near(y, start.y - 120));
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, 50);
  await page.keyboard.up("Shift");
  const aside = await comes(page, ({ x, y }) => near(x, start.x - 80) && near(y, start.y - 120));
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  const closer = await comes(page, ({ k }) => k > start.k * 1.1);
  const area = (await page.locator(".canvas-area").boundingBox())!;
  const under = ({ x, y, k }: Camera) => ({ x: (500 - area.x - x) / k, y: (400 - area.y - y) / k });
  assert.ok(near(under(aside).x, under(closer).x) && near(under(aside).y, under(closer).y), "the point stays under it");
});

test("with Space held the canvas is dragged, also by a node, which neither moves nor is selected", async () => {
  const { page } = await editor.visit();
  await page.locator(".canvas-area").focus();
  const start = await cameraOf(page);
  const from = await middleOf(page.locator('.node[data-id="encode"] .node-header'));
  await page.keyboard.down(" ");
  await drag(page, from, { x: from.x + 90, y: from.y + 40 });
  await page.keyboard.up(" ");
  await comes(page, ({ x, y }) => near(x, start.x + 90) && near(y, start.y + 40));
  assert.equal(await page.locator(".node[data-selected]").count(), 0);
  assert.equal(await page.getByLabel("Undo (Ctrl+Z)").isDisabled(), true);
  await drag(page, { x: from.x + 90, y: from.y + 40 }, { x: from.x + 120, y: from.y + 70 });
  assert.equal(await page.locator(".node[data-selected]").count(), 1, "without Space the node is dragged");
});

test("if nothing is in sight a button leads back, and is gone then", async () => {
  const { page } = await editor.visit();
  const back = page.getByRole("button", { name: "Back to the nodes" });
  assert.equal(await back.count(), 0);
  await page.mouse.move(500, 400);
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, 300);
  await back.click();
  await back.waitFor({ state: "detached" });
  await page.locator('.node[data-id="caption"]').click({ position: { x: 60, y: 12 } });
});

test("the canvas glides to where it is sent, unless less motion is wanted, and a hand on it ends that", async () => {
  for (const moving of [true, false]) {
    const { page } = await editor.visit({ moving, whole: false });
    const scales = await page.evaluate(async () => {
      const drawn = document.querySelector<HTMLElement>(".canvas-area > div")!;
      const seen = new Set<string>();
      const watch = new MutationObserver(() => seen.add(drawn.style.transform));
      watch.observe(drawn, { attributes: true });
      document.querySelector<HTMLElement>('[title="Show everything (.)"]')!.click();
      const end = performance.now() + 600;
      while (performance.now() < end) await new Promise(requestAnimationFrame);
      watch.disconnect();
      return [...seen].map((transform) => Number(/scale\(([\d.]+)\)/.exec(transform)![1]));
    });
    const there = scales.at(-1)!;
    assert.ok(there < 0.85, `${scales}`);
    const onTheWay = scales.filter((k) => k > there + 0.005 && k < 0.895);
    assert.equal(onTheWay.length > 0, moving, `${moving ? "gliding" : "still"}: ${scales}`);
  }
});

test("what is added or pasted out of sight comes into the window", async () => {
  const { page, context } = await editor.visit();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await dropWorkflow(page, {
    format: "clipwork/1",
    nodes: { words: node("text.prompt"), encode: node("clip.encode-text", { text: "words.text" }) },
    layout: { words: { x: 0, y: 0 }, encode: { x: 300, y: 0 } },
  });
  await page.locator('.node[data-id="words"]').waitFor();
  await settled(page);
  await page.locator('.node[data-id="encode"] .node-header').click();
  await page.keyboard.press("Control+c");
  await page.mouse.move(500, 400);
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, 300);
  await page.getByRole("button", { name: "Back to the nodes" }).waitFor();
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Control+v");
  const area = (await page.locator(".canvas-area").boundingBox())!;
  await page.waitForFunction(
    ({ left, top, right, bottom }) => {
      const card = document.querySelector(".node[data-selected]")?.getBoundingClientRect();
      return card && card.left >= left && card.top >= top && card.right <= right && card.bottom <= bottom;
    },
    { left: area.x, top: area.y, right: area.x + area.width, bottom: area.y + area.height },
  );
});

/** Turns the wheel over the canvas as soon as what was opened is being drawn, and says where the canvas stands then. */
function wheelWhileOpening(page: Page, open: string): Promise<Camera> {
  return page.evaluate(async (open) => {
    const area = document.querySelector<HTMLElement>(".canvas-area")!;
    const drawn = area.querySelector<HTMLElement>(":scope > div")!;
    document.querySelector<HTMLElement>(open)!.click();
    if (area.ariaBusy !== "true") throw new Error("Nothing is being opened.");
    // Rete moves the canvas by promises; no frame is drawn before they are kept.
    for (let i = 0; i < 100; i++) await undefined;
    area.dispatchEvent(new WheelEvent("wheel", { deltaX: 40, deltaY: 70, bubbles: true, cancelable: true }));
    await new Promise(requestAnimationFrame);
    const { a: k, e: x, f: y } = new DOMMatrix(getComputedStyle(drawn).transform);
    return { x, y, k };
  }, open);
}

test("coming back to a tab shows it at once where it was left, and a hand on the canvas meanwhile is not fought", async () => {
  const { page } = await editor.visit({ whole: false });
  await dropWorkflow(page, {
    format: "clipwork/1",
    nodes: { words: node("text.prompt"), encode: node("clip.encode-text", { text: "words.text" }) },
    layout: { words: { x: 0, y: 0 }, encode: { x: 2_000, y: 0 } },
  });
  await page.locator('.node[data-id="words"]').waitFor();
  await settled(page);
  await page.mouse.move(500, 400);
  const before = await cameraOf(page);
  await page.mouse.wheel(60, 90);
  const left = await comes(page, ({ y }) => near(y, before.y - 90));
  await page.locator(".canvas-area").focus();
  await page.getByLabel("New workflow").click();
  await page.locator(".canvas-empty").waitFor();
  await settled(page);
  assert.deepEqual(await cameraOf(page), { x: 0, y: 0, k: 1 }, "a new tab begins at its own scale");
  const moved = await wheelWhileOpening(page, ".document-tab-name");
  assert.ok(near(moved.x, left.x - 40) && near(moved.y, left.y - 70) && near(moved.k, left.k), JSON.stringify(moved));
  await settled(page);
  await page.waitForTimeout(200);
  assert.deepEqual(await cameraOf(page), moved);
});

test("a card that gets the focus outside the window does not scroll the canvas", async () => {
  const { page } = await editor.visit();
  await page.mouse.move(500, 400);
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, 300);
  await page.getByRole("button", { name: "Back to the nodes" }).waitFor();
  const before = await cameraOf(page);
  const scrolled = await page.evaluate(async () => {
    document.querySelector<HTMLElement>('.node[data-id="caption"]')!.focus();
    document.querySelector<HTMLElement>('.node[data-id="save"]')!.scrollIntoView();
    await new Promise(requestAnimationFrame);
    return [...document.querySelectorAll("*")]
      .filter((one) => one.querySelector(".canvas-area") !== null || one.matches(".canvas-area"))
      .map((one) => one.scrollTop + one.scrollLeft);
  });
  assert.ok(scrolled.length > 3 && scrolled.every((by) => by === 0), `${scrolled}`);
  assert.deepEqual(await cameraOf(page), before);
});
