import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { boxAround, overlap, readable } from "../../ui/src/canvas/geometry.ts";
import { type Editor, settled, startEditor } from "./editor.fixture.ts";

const workflows = join(import.meta.dirname, "..", "..", "workflows");
const shipped = readdirSync(workflows).filter((file) => file.endsWith(".json"));

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

/** Opens the template of that file from the gallery, as a user who searches for it does. */
async function openTemplate(page: Page, id: string): Promise<void> {
  await page.getByLabel("Templates (T)").click();
  await page.getByLabel("Search templates").fill(id);
  await page.locator(".gallery button", { has: page.locator("code").getByText(id, { exact: true }) }).click();
  await page.locator(".gallery").first().waitFor({ state: "detached" });
  await settled(page);
}

/** Where each card stands in the window, by its node's id, and the scale. */
const cardsOf = (page: Page) =>
  page.locator(".node").evaluateAll((nodes) =>
    nodes.map((node) => {
      const { left, top, right, bottom } = node.getBoundingClientRect();
      return { id: (node as HTMLElement).dataset.id!, box: { left, top, right, bottom } };
    }),
  );

/** Points along each link, in the window. */
const linksOf = (page: Page) =>
  page.locator(".link-frame .link-line").evaluateAll((lines) =>
    (lines as unknown as SVGPathElement[]).map((line) => {
      const toWindow = line.getScreenCTM()!;
      const length = line.getTotalLength();
      return Array.from({ length: 61 }, (_, i) => {
        const { x, y } = line.getPointAtLength((length * i) / 60).matrixTransform(toWindow);
        return { x, y };
      });
    }),
  );

/** A link ends in the edge of a card, and may come this many pixels near to one. */
const near = 4;

test("every template opens so that its text can be read, with its left end in view; no card lies over another, or over a link", async () => {
  const { page, faults } = await editor.visit();
  const window = (await page.locator(".canvas-area").boundingBox())!;
  for (const id of shipped.map((file) => basename(file, ".json"))) {
    await openTemplate(page, id);
    const scale = Number.parseInt((await page.locator(".zoom-bar").textContent())!.match(/\d+/)![0], 10) / 100;
    assert.ok(scale >= readable, `${id} opens at ${scale}`);
    const cards = await cardsOf(page);
    const all = boxAround(cards.map(({ box }) => box))!;
    const first = cards.find(({ box }) => box.left === all.left)!;
    assert.ok(first.box.left >= window.x && first.box.right <= window.x + window.width, `${id}: ${first.id} is seen`);
    const over = cards.flatMap((a, i) =>
      cards.slice(i + 1).flatMap((b) => (overlap(a.box, b.box) ? [[a.id, b.id]] : [])),
    );
    assert.deepEqual(over, [], id);
    const links = await linksOf(page);
    assert.ok(links.length >= cards.length - 1, `${id} shows its links`);
    const hidden = cards.filter(({ box: { left, top, right, bottom } }) =>
      links.flat().some(({ x, y }) => x > left + near && x < right - near && y > top + near && y < bottom - near),
    );
    assert.deepEqual(
      hidden.map(({ id }) => id),
      [],
      `${id}: a link runs behind these cards`,
    );
  }
  assert.deepEqual(faults, []);
});
