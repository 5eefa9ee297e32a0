import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { overlap } from "../../ui/src/canvas/geometry.ts";
import {
  documentOf,
  drag,
  dropWorkflow,
  type Editor,
  middleOf,
  patience,
  pressRun,
  settled,
  startEditor,
} from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const node = (type: string, inputs: object = {}) => ({ type, version: 1, params: {}, inputs });

/** Cards in the window, and points along each link by the input that it leads to. */
const drawn = (page: Page) =>
  page.evaluate(() => ({
    cards: [...document.querySelectorAll<HTMLElement>(".node")].map((card) => {
      const { left, top, right, bottom } = card.getBoundingClientRect();
      return { id: card.dataset.id!, box: { left, top, right, bottom } };
    }),
    links: [...document.querySelectorAll<HTMLElement>(".link-frame[data-link]")].map((frame) => {
      const line = frame.querySelector<SVGPathElement>(".link-line")!;
      const toWindow = line.getScreenCTM()!;
      const length = line.getTotalLength();
      const points = Array.from({ length: 81 }, (_, i) => {
        const { x, y } = line.getPointAtLength((length * i) / 80).matrixTransform(toWindow);
        return { x, y };
      });
      return { into: frame.dataset.link!, points };
    }),
  }));

type Drawn = Awaited<ReturnType<typeof drawn>>;

/** Links that lie behind a card. Ends are in the edges of cards. */
function hidden({ cards, links }: Drawn): string[] {
  return links.flatMap(({ into, points }) =>
    cards.flatMap(({ id, box: { left, top, right, bottom } }) =>
      points.some(({ x, y }) => x > left + 3 && x < right - 3 && y > top + 3 && y < bottom - 3)
        ? [`${into} behind ${id}`]
        : [],
    ),
  );
}

/** Waits until no link lies behind a card. */
async function clear(page: Page): Promise<Drawn> {
  let now = await drawn(page);
  for (const end = Date.now() + 10_000; Date.now() < end && hidden(now).length > 0; now = await drawn(page))
    await page.waitForTimeout(50);
  assert.deepEqual(hidden(now), []);
  return now;
}

const overlapping = ({ cards }: Drawn) =>
  cards.flatMap((a, i) => cards.slice(i + 1).flatMap((b) => (overlap(a.box, b.box) ? [`${a.id} on ${b.id}`] : [])));

test("links go around a card that is dragged onto them, also while it is in the hand, and back as a loop", async () => {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, {
    format: "clipwork/1",
    nodes: {
      words: node("text.prompt"),
      encode: node("clip.encode-text", { text: "words.text" }),
      other: node("text.prompt"),
    },
    layout: { words: { x: 0, y: 0 }, encode: { x: 700, y: 0 }, other: { x: 350, y: 350 } },
  });
  await page.locator('.node[data-id="other"]').waitFor();
  await settled(page);
  const corners = ({ links }: Drawn) => new Set(links[0]!.points.map(({ y }) => Math.round(y))).size > 1;
  assert.equal(corners(await clear(page)), false, "a straight line at first");
  const from = await middleOf(page.locator('.node[data-id="other"] .node-header'));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x, from.y - 200, { steps: 5 });
  await page.mouse.move(from.x, from.y - 320, { steps: 5 });
  assert.equal(corners(await clear(page)), true, "around the card in the hand");
  await page.mouse.up();
  assert.equal(corners(await clear(page)), true);
  const right = await middleOf(page.locator('.node[data-id="words"] .node-header'));
  await drag(page, right, { x: right.x + 800, y: right.y + 308 });
  await clear(page);
  assert.deepEqual(faults, []);
});

test("the link under the pointer is thicker, and its ends are lit", async () => {
  const { page } = await editor.visit();
  const { links } = await clear(page);
  const { points } = links.find(({ into }) => into === "decode.image")!;
  const at = points[40]!;
  await page.mouse.move(at.x, at.y);
  await page.locator(".socket[data-lit]").nth(1).waitFor();
  const lit = await page.locator(".socket[data-lit]").evaluateAll((all) => all.map((one) => one.dataset.socket));
  assert.deepEqual(lit.sort(), ["decode.image", "prior.embedding"]);
  const width = (into: string) =>
    page
      .locator(`.link-frame[data-link="${into}"] .link-line`)
      .evaluate((line) => Number.parseFloat(getComputedStyle(line).strokeWidth));
  assert.ok((await width("decode.image")) > (await width("enlarge.image")));
  await page.mouse.move(5, 5);
  await page.waitForFunction(() => !document.querySelector(".socket[data-lit]"));
});

test("while a run is in progress a pulse shows where values flow; it stands still for whoever wants less motion", async () => {
  for (const moving of [true, false]) {
    const { page } = await editor.visit({ moving });
    await page.locator("#setting\\:seed").fill(moving ? "4711" : "4712");
    await pressRun(page);
    const flowing = await page.waitForFunction(
      () => {
        const pulse = document.querySelector('.link-frame[data-link="decode.image"][data-flows] .link-pulse');
        return (
          pulse && (getComputedStyle(pulse).display !== "none" && pulse.getAnimations().length > 0 ? "moves" : "rests")
        );
      },
      undefined,
      { timeout: patience },
    );
    assert.equal(await flowing.jsonValue(), moving ? "moves" : "rests");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForFunction(() => !document.querySelector("[data-flows]"));
  }
});

/** Chains of three that nothing joins, without places. */
function chains(count: number) {
  const nodes: { [id: string]: object } = {};
  for (let i = 0; i < count; i++) {
    nodes[`words-${i}`] = node("text.prompt");
    nodes[`encode-${i}`] = node("clip.encode-text", { text: `words-${i}.text` });
    nodes[`prior-${i}`] = node("prior.diffusion", { text: `encode-${i}.embedding` });
  }
  return { format: "clipwork/1", nodes };
}

test("a file without places opens in order: 50 chains as a block, from left to right, none on another", async () => {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, chains(50));
  await page.waitForFunction(() => document.querySelectorAll(".node").length === 150);
  await settled(page);
  const now = await clear(page);
  assert.deepEqual(overlapping(now), []);
  const lefts = now.cards.map(({ box }) => box.left);
  const tops = now.cards.map(({ box }) => box.top);
  const shape = (Math.max(...lefts) - Math.min(...lefts)) / (Math.max(...tops) - Math.min(...tops));
  assert.ok(shape > 0.5 && shape < 3, `${shape}`);
  const left = (id: string) => now.cards.find((card) => card.id === id)!.box.left;
  for (let i = 0; i < 50; i++) assert.ok(left(`words-${i}`) < left(`encode-${i}`), `${i}`);
  assert.deepEqual(faults, []);
});

test("Arrange puts a pile in order by its button or key, and one undo takes it back", async () => {
  const { page } = await editor.visit();
  const pile = chains(4);
  const layout = Object.fromEntries(Object.keys(pile.nodes).map((id, i) => [id, { x: 20 * i, y: 15 * i }]));
  await dropWorkflow(page, { ...pile, layout });
  await page.locator('.node[data-id="words-3"]').waitFor();
  await settled(page);
  const atStart = ({ layout: now }: { readonly layout?: object }) => JSON.stringify(now) === JSON.stringify(layout);
  const { layout: start } = await documentOf(page, atStart);
  for (const arrange of [
    () => page.getByLabel("Arrange", { exact: true }).click(),
    async () => {
      await page.locator(".canvas-area").focus();
      await page.keyboard.press("Shift+A");
    },
  ]) {
    await arrange();
    await documentOf(page, (now) => !atStart(now));
    assert.deepEqual(overlapping(await clear(page)), []);
    await page.keyboard.press("Control+z");
    assert.deepEqual((await documentOf(page, atStart)).layout, start);
  }
});
