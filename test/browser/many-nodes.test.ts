import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import {
  documentOf,
  drag,
  dropWorkflow,
  type Editor,
  ended,
  link,
  patience,
  settled,
  startEditor,
} from "./editor.fixture.ts";
import { card, highDecoders, manyNodes, until } from "./many-nodes.fixture.ts";
import { small } from "./small.fixture.ts";

const count = 500;

type Point = { readonly x: number; readonly y: number };

/** A fresh page with so many nodes, opened at their beginning. */
async function openMany(editor: Editor): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const { page, faults } = await editor.visit({ whole: false });
  await dropWorkflow(page, manyNodes(count));
  await page.locator('.node[data-id="n0"]').waitFor();
  await settled(page);
  return { page, faults };
}

/** The row of the outline with that name, which is drawn once the panel is scrolled to it. */
async function inOutline(page: Page, name: RegExp): Promise<Locator> {
  const row = page.getByRole("treeitem", { name }).first();
  for (let i = 0; i < 60 && (await row.count()) === 0; i++) {
    await page.locator(".side-body").evaluate((panel) => panel.scrollBy(0, panel.clientHeight));
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
  return row;
}

const placeIn = (document: { readonly layout?: { readonly [id: string]: unknown } }, id: string) =>
  document.layout?.[id] as Point;

const titleIn = (document: Parameters<typeof placeIn>[0], id: string) =>
  (document.layout?.[id] as { readonly title?: string } | undefined)?.title;

/** The middle of a card in the window. */
async function middleOf(page: Page, id: string): Promise<Point> {
  const box = await card(page, id).boundingBox();
  assert.ok(box, `${id} is not drawn`);
  return { x: box.x + box.width / 2, y: box.y + 14 };
}

describe("500 nodes on the canvas", () => {
  let editor: Editor;
  before(async () => {
    editor = await startEditor();
  });
  after(() => editor.close());

  test("only cards and links near the window are drawn, and those that come into it by panning", async () => {
    const { page, faults } = await openMany(editor);
    await until(page, () => document.querySelectorAll(".link-frame").length > 5);
    assert.ok((await page.locator(".node").count()) < 80);
    assert.ok((await page.locator(".link-frame").count()) < 120);
    assert.equal(await card(page, "n24").count(), 0);
    await page.locator(".canvas-area").hover();
    for (let i = 0; i < 6; i++) await page.mouse.wheel(900, 0);
    await card(page, "n24").waitFor();
    await page.locator('.link-frame[data-link="n24.image"] path.link-line[d]').waitFor({ state: "attached" });
    assert.equal(await card(page, "n0").count(), 0);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test("what is found in the search or the outline is brought into the window, drawn and focused", async () => {
    const { page } = await openMany(editor);
    await page.getByRole("tab", { name: "Outline" }).click();
    await (await inOutline(page, /^Prompt 97\b/)).click();
    await card(page, "n480").waitFor();
    await until(page, () => document.activeElement?.closest<HTMLElement>("[data-id]")?.dataset.id === "n480");
    await page.close();
  });

  test("the outline draws the rows near what is seen, and the one that a key leads to", async () => {
    const { page, faults } = await openMany(editor);
    await page.getByRole("tab", { name: "Outline" }).click();
    const rows = page.locator(".outline [role=treeitem]");
    await rows.first().waitFor();
    assert.ok((await rows.count()) < 120, `${await rows.count()} rows`);
    assert.equal(await rows.first().getAttribute("aria-setsize"), "500");
    await rows.first().focus();
    await page.keyboard.press("End");
    await until(page, () => document.activeElement?.getAttribute("aria-posinset") === "500");
    await page.keyboard.press("ArrowUp");
    await until(page, () => document.activeElement?.getAttribute("aria-posinset") === "499");
    assert.ok((await rows.count()) < 120, `${await rows.count()} rows`);
    await page.keyboard.press("Home");
    await until(page, () => document.activeElement?.getAttribute("aria-posinset") === "1");
    assert.deepEqual(faults, []);
    await page.close();
  });

  test("a card that has the focus stays drawn wherever the canvas goes", async () => {
    const { page } = await openMany(editor);
    await card(page, "n0").locator("textarea").focus();
    await page.locator(".canvas-area").hover();
    for (let i = 0; i < 6; i++) await page.mouse.wheel(900, 0);
    await card(page, "n24").waitFor();
    await page.keyboard.type("a cube");
    const document = await documentOf(page, ({ nodes }) => nodes.n0?.params?.text === "a cube");
    assert.equal(document.nodes.n0?.params?.text, "a cube");
    await page.close();
  });

  test("all are dragged by one of them, those that are not drawn too, and one undo takes them back", async () => {
    const { page, faults } = await openMany(editor);
    await page.locator(".canvas-area").focus();
    await page.keyboard.press("Control+a");
    const at = await middleOf(page, "n0");
    await page.keyboard.down("Alt");
    await drag(page, at, { x: at.x + 90, y: at.y + 45 });
    await page.keyboard.up("Alt");
    const moved = await documentOf(page, (now) => placeIn(now, "n0").x !== 0);
    const by = placeIn(moved, "n0");
    assert.ok(by.x > 80 && by.y > 40, JSON.stringify(by));
    const before = manyNodes(count);
    for (const id of ["n1", "n24", "n499"]) {
      const [was, is] = [placeIn(before, id), placeIn(moved, id)];
      assert.deepEqual({ x: is.x, y: is.y }, { x: was.x + by.x, y: was.y + by.y });
    }
    const there = await middleOf(page, "n1");
    await page.keyboard.press("Control+z");
    const back = await documentOf(page, (now) => placeIn(now, "n0").x === 0);
    assert.deepEqual(back.layout, before.layout);
    await until(page, () => document.querySelector<HTMLElement>('[data-node="n1"]')!.style.transform.includes("290px"));
    assert.ok((await middleOf(page, "n1")).x < there.x);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test("cards that are dragged into the window are drawn while they are in the hand", async () => {
    const { page } = await openMany(editor);
    await page.locator(".canvas-area").focus();
    await page.keyboard.press("Control+a");
    const at = await middleOf(page, "n1");
    const next = await page.evaluate(() => {
      const row = Array.from({ length: 25 }, (_, i) => `n${i}`);
      return row.find((id) => !document.querySelector(`.node[data-id="${id}"]`))!;
    });
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x - 400, at.y, { steps: 8 });
    await card(page, next).waitFor();
    await page.mouse.up();
    await documentOf(page, (now) => placeIn(now, next).x < placeIn(manyNodes(count), next).x);
    await page.close();
  });

  test("links go around cards of one make that are measured one after another", async () => {
    const { page } = await editor.visit({ whole: false });
    await dropWorkflow(page, highDecoders(50));
    await card(page, "second0").waitFor();
    await settled(page);
    await until(page, () => {
      const [line] = document.querySelectorAll<SVGPathElement>('[data-link="encode0.text"] .link-line');
      if (!line) return false;
      const matrix = line.getScreenCTM()!;
      const points = Array.from({ length: 200 }, (_, i) =>
        line.getPointAtLength((line.getTotalLength() * i) / 199).matrixTransform(matrix),
      );
      return ["first0", "second0"].every((id) => {
        const box = document.querySelector(`.node[data-id="${id}"]`)!.getBoundingClientRect();
        return points.every(({ x, y }) => x < box.left || x > box.right || y < box.top || y > box.bottom);
      });
    });
    await page.close();
  });

  test("all in the window are plain cards with names, which can be selected and dragged, and are whole again close by", async () => {
    const { page } = await openMany(editor);
    await page.getByTitle("Show everything (.)").click();
    await until(page, () => document.querySelectorAll(".node.plain").length === 500);
    assert.equal(await card(page, "n480").getAttribute("aria-label"), "Prompt 97");
    assert.ok(((await page.locator(".plain-links path").getAttribute("d")) ?? "").length > 1_000);
    const at = await card(page, "n480").boundingBox();
    assert.ok(at);
    await drag(page, { x: at.x + 4, y: at.y + 4 }, { x: at.x + 4, y: at.y + 40 });
    const moved = await documentOf(page, (now) => placeIn(now, "n480").y !== 9_500);
    assert.ok(placeIn(moved, "n480").y > 9_600);
    assert.equal(placeIn(moved, "n481").y, 9_500);
    await until(page, () => document.querySelector('.node[data-id="n480"]')!.hasAttribute("data-selected"));
    await page.getByRole("tab", { name: "Outline" }).click();
    await (await inOutline(page, /^Prompt 51\b/)).click();
    await page.locator('.node[data-id="n250"]:not(.plain)').waitFor();
    assert.equal(await page.locator(".node.plain").count(), 0);
    await page.close();
  });

  test("copies of all are all there, and one undo takes them away", async () => {
    const { page } = await openMany(editor);
    await page.locator(".canvas-area").focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+d");
    const doubled = await documentOf(page, ({ nodes }) => Object.keys(nodes).length === 2 * count);
    const links = Object.values(doubled.nodes).flatMap(({ inputs = {} }) => Object.values(inputs));
    assert.equal(links.length, 2 * 400);
    assert.equal(
      links.every((end) => Object.hasOwn(doubled.nodes, end.split(".")[0]!)),
      true,
    );
    await page.keyboard.press("Control+z");
    await documentOf(page, ({ nodes }) => Object.keys(nodes).length === count);
    await page.close();
  });

  test("nodes are linked by the mouse after their cards went out of the window and came back", async () => {
    const { page } = await openMany(editor);
    await page.locator(".canvas-area").hover();
    for (let i = 0; i < 6; i++) await page.mouse.wheel(900, 0);
    await card(page, "n24").waitFor();
    for (let i = 0; i < 6; i++) await page.mouse.wheel(-900, 0);
    await card(page, "n26").waitFor();
    await page.locator('.socket[data-socket="n26.embedding"]').waitFor();
    await link(page, "n26.embedding", "n2.text");
    const linked = await documentOf(page, ({ nodes }) => nodes.n2?.inputs?.text === "n26.embedding");
    assert.equal(linked.nodes.n2?.inputs?.text, "n26.embedding");
    await page.locator('.link-frame[data-link="n2.text"] path.link-line[d]').waitFor({ state: "attached" });
    await page.close();
  });

  test("a selected card that is not drawn is renamed by F2: it comes into the window and its title is edited", async () => {
    const { page } = await openMany(editor);
    await card(page, "n0").locator(".node-header").click();
    await page.locator(".canvas-area").focus();
    await page.locator(".canvas-area").hover();
    for (let i = 0; i < 6; i++) await page.mouse.wheel(900, 0);
    await card(page, "n0").waitFor({ state: "detached" });
    await page.keyboard.press("F2");
    await until(page, () => document.activeElement?.matches('.node[data-id="n0"] .title-edit') === true);
    await page.keyboard.type("First");
    await page.keyboard.press("Enter");
    const titled = await documentOf(page, (now) => titleIn(now, "n0") === "First");
    assert.deepEqual(placeIn(titled, "n0"), { ...placeIn(manyNodes(count), "n0"), title: "First" });
    await until(page, () => {
      const window = document.querySelector(".canvas-area")!.getBoundingClientRect();
      const box = document.querySelector('.node[data-id="n0"]')?.getBoundingClientRect();
      return box !== undefined && box.left >= window.left && box.top >= window.top && box.right <= window.right;
    });
    await page.close();
  });

  test("a plain card is renamed by F2: it is shown closer, and whole", async () => {
    const { page } = await openMany(editor);
    await page.getByTitle("Show everything (.)").click();
    await until(page, () => document.querySelectorAll(".node.plain").length === 500);
    await card(page, "n263").click();
    await page.keyboard.press("F2");
    await until(page, () => document.activeElement?.matches('.node[data-id="n263"] .title-edit') === true);
    await page.keyboard.type("Middle");
    await page.keyboard.press("Enter");
    await documentOf(page, (now) => titleIn(now, "n263") === "Middle");
    await until(
      page,
      () => document.querySelector('.node[data-id="n263"]:not(.plain) .node-title')?.textContent === "Middle",
    );
    assert.equal(await page.locator(".node.plain").count(), 0);
    await page.close();
  });

  test("cards are read in the order of the document, wherever the window has been", async () => {
    const { page } = await openMany(editor);
    const inOrder = () => {
      const ids = [...document.querySelectorAll<HTMLElement>(".node-frame")].map(({ dataset }) =>
        Number(dataset.node!.slice(1)),
      );
      return ids.length > 5 && ids.every((id, i) => i === 0 || ids[i - 1]! < id);
    };
    await until(page, inOrder);
    await page.locator(".canvas-area").hover();
    for (let i = 0; i < 6; i++) await page.mouse.wheel(900, 600);
    await card(page, "n0").waitFor({ state: "detached" });
    for (let i = 0; i < 4; i++) await page.mouse.wheel(-900, -600);
    await until(page, inOrder);
    await page.getByTitle("Show everything (.)").click();
    await until(page, () => document.querySelectorAll(".node.plain").length === 500);
    await until(page, inOrder);
    await page.close();
  });

  test("plain cards show what is wrong with their node, and the picture that it has made", {
    timeout: patience,
  }, async () => {
    const { page } = await editor.visit({ whole: false });
    const { nodes } = small("Among many");
    const many = manyNodes(200);
    const above = Object.fromEntries(Object.keys(nodes).map((id, i) => [id, { x: i * 290, y: -700 }]));
    const wrong = { type: "text.prompt", version: 1, params: { text: 5 } };
    await dropWorkflow(page, {
      ...many,
      nodes: { ...nodes, ...many.nodes, n0: wrong },
      layout: { ...above, ...many.layout },
    });
    await card(page, "n0").waitFor();
    await settled(page);
    await page.getByTitle("Show everything (.)").click();
    const plain = (id: string) => page.locator(`.node.plain[data-id="${id}"]`);
    await plain("n0").waitFor();
    await page.locator('.node.plain[data-id="n0"][data-fault="error"]').waitFor();
    assert.match((await plain("n0").getAttribute("aria-label"))!, /^Prompt.*, .*text/);
    assert.equal(await plain("n5").getAttribute("data-fault"), null);
    await page.keyboard.press("Escape");
    await plain("save").click();
    await page.keyboard.press("Control+Shift+Enter");
    await plain("save").locator("img").waitFor({ timeout: patience });
    await plain("decode").locator("img").waitFor();
    assert.equal(await ended(page), "Finished");
    await page.close();
  });
});
