import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import {
  documentOf,
  drag,
  dropWorkflow,
  type Editor,
  middleOf,
  onLink,
  patience,
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

const three = {
  format: "clipwork/1",
  meta: { title: "Three" },
  nodes: {
    one: node("text.prompt", { text: "a red cube" }),
    two: node("text.prompt", { text: "a blue ball" }),
    encode: node("clip.encode-text", {}, { text: "one.text" }),
  },
  layout: { one: { x: 0, y: 0 }, two: { x: 30, y: 260 }, encode: { x: 500, y: 37 } },
};

async function open(workflow: object = three): Promise<Page> {
  const { page } = await editor.visit();
  await dropWorkflow(page, workflow);
  await page.locator(".node").first().waitFor();
  await page.locator(".document-tab", { hasText: "Three" }).waitFor();
  await settled(page);
  return page;
}

async function header(page: Page, id: string): Promise<{ x: number; y: number }> {
  const { x, y, width } = await middleOf(page.locator(`.node[data-id="${id}"] .node-header`));
  return { x: x - width / 2 + 60, y };
}

/** The scale of the canvas. */
async function scaleOf(page: Page): Promise<number> {
  return Number.parseInt((await page.locator(".zoom-bar button").nth(1).textContent())!, 10) / 100;
}

test("a card that is dragged near another's edge goes in line, with a line drawn; with Alt it stays where the hand is", async () => {
  const page = await open();
  const at = await header(page, "two");
  const k = await scaleOf(page);
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x - 10, at.y + 30, { steps: 3 });
  await page.mouse.move(at.x - 27 * k, at.y + 60, { steps: 3 });
  await page.locator('.snap-lines [data-axis="x"]').first().waitFor();
  await page.mouse.up();
  await page.locator(".snap-lines div").first().waitFor({ state: "detached" });
  await documentOf(page, ({ layout }) => (layout!.two as { x: number }).x === 0);
  await page.keyboard.press("Control+z");
  await documentOf(page, ({ layout }) => (layout!.two as { x: number }).x === 30);

  await page.keyboard.down("Alt");
  await drag(page, at, { x: at.x - 27 * k, y: at.y + 60 });
  await page.keyboard.up("Alt");
  await documentOf(page, ({ layout }) => {
    const { x } = layout!.two as { x: number };
    return x !== 30 && x > 0 && x < 6;
  });
});

test("selected cards are brought in line and get the same gaps from their menu and by keys, one step to undo each", async () => {
  const page = await open();
  const layoutOf = async (ready: (xs: number[], ys: number[]) => boolean) => {
    const { layout } = await documentOf(page, ({ layout }) => {
      const places = ["one", "two", "encode"].map((id) => layout![id] as { x: number; y: number });
      return ready(
        places.map(({ x }) => x),
        places.map(({ y }) => y),
      );
    });
    return layout;
  };
  const before = await layoutOf((xs) => xs[1] === 30);
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Control+a");
  await page.locator('.node[data-id="two"] .node-header').click({ button: "right" });
  await page.getByRole("menuitem", { name: "Align left" }).click();
  await layoutOf((xs) => xs.every((x) => x === 0));
  await page.keyboard.press("Control+z");
  assert.deepEqual(await layoutOf((xs) => xs[1] === 30), before);
  await page.keyboard.press("Alt+Shift+ArrowUp");
  await layoutOf((_, ys) => ys.every((y) => y === 0));
  await page.keyboard.press("Alt+Shift+H");
  const { one, two, encode } = (await layoutOf((xs) => xs[1] !== 30)) as Record<string, { x: number }>;
  assert.equal(two!.x - one!.x, encode!.x - two!.x);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  assert.deepEqual(await layoutOf((xs) => xs[1] === 30), before);
});

test("a double click on a link puts a dot there, which says what passes; a link from an input is dropped on a link and gets one too", async () => {
  const page = await open();
  const at = await onLink(page, "encode.text");
  await page.mouse.dblclick(at.x, at.y);
  const dot = page.locator(".reroute");
  await dot.waitFor();
  assert.equal(await page.getByLabel("Search nodes").count(), 0);
  const box = (await dot.boundingBox())!;
  assert.ok(box.width < 24 && Math.abs(box.width - box.height) < 1, JSON.stringify(box));
  assert.ok(Math.hypot(box.x + box.width / 2 - at.x, box.y + box.height / 2 - at.y) < 3, JSON.stringify([box, at]));
  assert.equal(await dot.getAttribute("title"), "Reroute: passes on text from Prompt, text");
  await documentOf(page, ({ nodes }) => nodes.encode?.inputs?.text === "reroute.value");

  // The dot is dragged by its middle, and its links follow.
  await drag(page, at, { x: at.x + 20, y: at.y + 90 });
  await documentOf(page, ({ layout }) => (layout!.reroute as { y: number }).y > 100);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await documentOf(page, ({ nodes }) => nodes.encode?.inputs?.text === "one.text");

  await page.locator('.node[data-id="encode"] .node-header').click();
  await page.keyboard.press("Control+d");
  const copied = await documentOf(page, ({ nodes }) => Object.keys(nodes).length === 4);
  const copy = Object.keys(copied.nodes).find((id) => !Object.hasOwn(three.nodes, id))!;
  await page.keyboard.press(".");
  const off = await socketAt(page, `${copy}.text`, "input");
  await drag(page, off, { x: off.x - 40, y: off.y + 150 });
  await documentOf(page, ({ nodes }) => nodes[copy]?.inputs?.text === undefined);
  const middle = await onLink(page, "encode.text");
  await drag(page, await socketAt(page, `${copy}.text`, "input"), middle);
  const { nodes } = await documentOf(page, ({ nodes }) => Object.hasOwn(nodes, "reroute"));
  assert.deepEqual(
    [nodes.reroute?.inputs?.value, nodes.encode?.inputs?.text, nodes[copy]?.inputs?.text],
    ["one.text", "reroute.value", "reroute.value"],
  );
});

test("a double click on the canvas opens the search and does nothing else: no zoom, no selected text", async () => {
  const page = await open();
  const before = await scaleOf(page);
  await page.mouse.dblclick(760, 600);
  await page.getByLabel("Search nodes").waitFor();
  assert.equal(await scaleOf(page), before);
  assert.equal(await page.evaluate(() => getSelection()?.toString()), "");
  assert.equal(await page.getByRole("menu").count(), 0);
});

test("a press or a drag on the map moves the canvas there; it is folded by key and stays so in the next page", async () => {
  const page = await open();
  const map = page.locator(".minimap");
  const box = (await map.boundingBox())!;
  const card = page.locator('.node[data-id="encode"]');
  const place = async () => (await card.boundingBox())!.x;
  const before = await place();
  await page.mouse.click(box.x + 12, box.y + box.height / 2);
  await page.waitForFunction(
    ([id, x]) => document.querySelector(`.node[data-id="${id}"]`)!.getBoundingClientRect().x > Number(x) + 50,
    ["encode", before] as const,
  );
  const frame = () => page.locator(".minimap-window").boundingBox();
  const first = (await frame())!;
  const at = { x: first.x + first.width / 2, y: first.y + first.height / 2 };
  const moved = await place();
  await drag(page, at, { x: at.x + 25, y: at.y });
  await page.waitForFunction(
    ([id, x]) => document.querySelector(`.node[data-id="${id}"]`)!.getBoundingClientRect().x < Number(x) - 50,
    ["encode", moved] as const,
  );
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Shift+M");
  await map.waitFor({ state: "detached" });
  await page.reload();
  await page.getByLabel("Show the map").click();
  await map.waitFor();
});

test("the map shows all cards, and measures none of them while one pans", { timeout: patience }, async () => {
  const nodes: { [id: string]: object } = {};
  const layout: { [id: string]: object } = {};
  for (let i = 0; i < 300; i++) {
    nodes[`n${i}`] = node("util.reroute", {}, i > 0 ? { value: `n${i - 1}.value` } : {});
    layout[`n${i}`] = { x: (i % 25) * 300, y: Math.floor(i / 25) * 200 };
  }
  const page = await open({ ...three, nodes, layout });
  await page.locator('.node[data-id="n0"]').waitFor();
  const inked = () =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>(".minimap canvas")!;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) count++;
      return count;
    });
  await page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".minimap canvas")!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, i) => i % 4 === 3 && value > 0);
  });
  assert.ok((await inked()) > 300);
  const reads = await page.evaluate(async () => {
    let count = 0;
    const own = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "offsetWidth")!;
    Object.defineProperty(HTMLElement.prototype, "offsetWidth", {
      configurable: true,
      get(this: HTMLElement) {
        if (this.classList.contains("node-frame")) count++;
        return own.get!.call(this);
      },
    });
    const area = document.querySelector(".canvas-area")!;
    const press = (type: string, x: number) =>
      area.dispatchEvent(
        new PointerEvent(type, { bubbles: true, clientX: x, clientY: 300, button: 0, buttons: 1, pointerId: 1 }),
      );
    press("pointerdown", 300);
    for (let x = 300; x > 200; x -= 10) {
      press("pointermove", x);
      await new Promise(requestAnimationFrame);
    }
    press("pointerup", 200);
    Object.defineProperty(HTMLElement.prototype, "offsetWidth", own);
    return count;
  });
  assert.equal(reads, 0);
});
