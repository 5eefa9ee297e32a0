import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { documentOf, drag, dropWorkflow, patience, startEditor } from "./editor.fixture.ts";
import { captionMap, emptyPlace, lookAtMap, openMap, placesIn, pointsOf } from "./map.fixture.ts";

const editor = await startEditor();
after(() => editor.close());

const captions = "a red {cube|ball}\na blue {cube|ball}\na green {cone|torus}";

/** The page with a map of six captions open. */
async function exploring() {
  const visit = await editor.visit({ wide: true });
  const { page } = visit;
  await dropWorkflow(page, captionMap(captions));
  await page.locator('.node[data-id="map"]').waitFor();
  await openMap(page);
  const { points, labels } = await pointsOf(page);
  const at = (item: number) => ({ x: points[2 * item]!, y: points[2 * item + 1]! });
  return { ...visit, points, labels, at, screen: await placesIn(page, points) };
}

const decoded = (page: Page) => page.locator('.map-side [data-part="place"][data-state="decoded"] img');
const strip = (page: Page) => page.locator('.map-side [data-part="strip"][data-state="decoded"] img');

/** Waits until a place has been decoded to another picture. */
async function decodedAnew(page: Page, before: string | null): Promise<void> {
  await page.waitForFunction(
    (before) => {
      const image = document.querySelector('.map-side [data-part="place"][data-state="decoded"] img');
      return image !== null && image.getAttribute("src") !== before;
    },
    before,
    { timeout: patience },
  );
}

test("an empty place that is clicked is decoded there, by nodes that are added as one step; a reload shows the same", async () => {
  const { page, points, screen, faults } = await exploring();
  const place = emptyPlace(points);
  const { x, y } = screen(place);
  await page.mouse.click(x, y);
  await page.getByText("The workflow has nothing yet that decodes this part of the map.").waitFor();
  await page.getByRole("button", { name: "Add the nodes" }).click();
  await decoded(page).waitFor({ timeout: patience });
  const { nodes } = await documentOf(page, (document) => document.nodes.point !== undefined);
  const params = nodes.point!.params as { x: number; y: number };
  assert.ok(Math.hypot(params.x - place.x, params.y - place.y) < 0.02, JSON.stringify([params, place]));
  assert.deepEqual(nodes.sample!.inputs, { image: "point.embedding" });

  const first = await decoded(page).getAttribute("src");
  const next = emptyPlace(points, [place]);
  const there = screen(next);
  await page.mouse.click(there.x, there.y);
  await decodedAnew(page, first);
  const second = await decoded(page).getAttribute("src");
  const moved = await documentOf(page, (document) => document.nodes.point?.params?.x !== params.x);
  const now = moved.nodes.point!.params as { x: number; y: number };
  assert.ok(Math.hypot(now.x - next.x, now.y - next.y) < 0.02);

  await page.reload();
  await lookAtMap(page);
  await decoded(page).waitFor({ timeout: patience });
  assert.equal(await decoded(page).getAttribute("src"), second);
  const shown = await page.locator('.map-side [data-part="place"]').textContent();
  assert.ok(shown!.includes(`Place on a map at ${now.x}, ${now.y}`), shown!);
  assert.deepEqual(faults, []);
});

test("undo takes a click back, and the place has no picture until it is decoded again", async () => {
  const { page, points, screen } = await exploring();
  await page.mouse.click(...xy(screen(emptyPlace(points))));
  await page.getByRole("button", { name: "Add the nodes" }).click();
  await decoded(page).waitFor({ timeout: patience });
  const first = await decoded(page).getAttribute("src");
  await page.mouse.click(...xy(screen(emptyPlace(points, [emptyPlace(points)]))));
  await decodedAnew(page, first);
  await page.keyboard.press("Control+z");
  await page.locator('.map-side [data-part="place"][data-state="waiting"]').waitFor();
  assert.equal(await page.locator('.map-side [data-part="place"] img').count(), 0);
  await page.getByRole("button", { name: "Decode", exact: true }).click();
  await decoded(page).waitFor({ timeout: patience });
  assert.equal(await decoded(page).getAttribute("src"), first, "from the cache");
  await page.keyboard.press("Control+z");
  await documentOf(page, ({ nodes }) => nodes.point === undefined && nodes.sample === undefined);
});

test("a drag from one point to another decodes what lies between; a reload shows the same", async () => {
  const { page, at, screen, labels, faults } = await exploring();
  await drag(page, screen(at(0)), screen(at(3)));
  await page.getByRole("button", { name: "Add the nodes" }).click();
  await page.waitForFunction(
    () => document.querySelectorAll('.map-side [data-part="strip"][data-state="decoded"] img').length === 6,
    undefined,
    { timeout: patience },
  );
  const { nodes } = await documentOf(page, (document) => document.nodes.slerp !== undefined);
  assert.deepEqual([nodes.pick!.params!.item, nodes["pick-2"]!.params!.item], [0, 3]);
  const names = await page.locator('.map-side [data-part="strip"] li').allTextContents();
  assert.deepEqual(names, [labels[0], labels[3]]);
  const before = await strip(page).evaluateAll((all) => all.map((one) => one.getAttribute("src")));
  assert.equal(new Set(before).size, 6);
  await page.reload();
  await lookAtMap(page);
  await strip(page).nth(5).waitFor({ timeout: patience });
  assert.deepEqual(await strip(page).evaluateAll((all) => all.map((one) => one.getAttribute("src"))), before);
  assert.deepEqual(faults, []);
});

test("the pointer reads the nearest captions; points are outlined, their numbers copied; the map moves and zooms", async () => {
  const { page, context, at, screen, labels, faults } = await exploring();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const side = page.locator(".map-side");
  await page.mouse.move(...xy(screen(at(2))));
  await side.getByRole("heading", { name: "Point 2" }).waitFor();
  assert.equal(await side.locator(".map-names li").first().textContent(), labels[2]);
  const box = (await page.locator(".map-canvas").boundingBox())!;
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + 4, box.y + 4);
  await page.mouse.down();
  for (const [x, y] of [
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const)
    await page.mouse.move(box.x + 4 + x * (box.width - 8), box.y + 4 + y * (box.height - 8), { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await side.getByRole("heading", { name: "6 points selected" }).waitFor();
  await side.getByRole("button", { name: "Copy" }).click();
  await page.getByText("The list of numbers is on the clipboard.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "0-5");
  // Zoomed at a point, that point stays under the pointer; moved, it goes along.
  const over = screen(at(4));
  await page.mouse.move(over.x, over.y);
  await page.mouse.wheel(0, -600);
  await side.getByRole("heading", { name: "Point 4" }).waitFor();
  await page.mouse.move(over.x + 60, over.y + 60);
  await side.getByRole("heading", { name: "Nearest" }).waitFor();
  await drag(page, { x: over.x + 60, y: over.y + 60 }, { x: over.x + 100, y: over.y + 60 });
  await page.mouse.move(over.x + 40, over.y);
  await side.getByRole("heading", { name: "Point 4" }).waitFor();
  assert.deepEqual(faults, []);
});

test("by keyboard a cross is moved, what is near is announced, and Enter decodes", async () => {
  const { page } = await exploring();
  await page.locator(".map-canvas").focus();
  await page.keyboard.press("ArrowLeft");
  const spoken = page.locator(".map .spoken");
  await page.waitForFunction(() => document.querySelector(".map .spoken")?.textContent?.startsWith("Nearest: a "));
  const [first] = [await spoken.textContent()];
  for (let i = 0; i < 12; i++) await page.keyboard.press("Shift+ArrowLeft");
  await page.waitForFunction((before) => document.querySelector(".map .spoken")?.textContent !== before, first);
  for (let i = 0; i < 12; i++) await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Add the nodes" }).press("Enter");
  await decoded(page).waitFor({ timeout: patience });
  await page.keyboard.press("Escape");
  await page.locator(".map").waitFor({ state: "detached" });
});

test("captions are text on a map, whatever they hold", async () => {
  const { page, faults } = await editor.visit();
  const bomb = `<img src=x onerror="document.title='pwned'">`;
  await dropWorkflow(page, captionMap(`${bomb}\na red cube\na blue ball\na green cone`));
  await page.locator('.node[data-id="map"]').waitFor();
  await openMap(page);
  const { points } = await pointsOf(page);
  const screen = await placesIn(page, points);
  await page.mouse.move(...xy(screen({ x: points[0]!, y: points[1]! })));
  await page.locator(".map-names li", { hasText: bomb }).waitFor();
  assert.equal(await page.locator("img[src=x]").count(), 0);
  assert.doesNotMatch(await page.title(), /^pwned/);
  assert.deepEqual(faults, []);
});

function xy({ x, y }: { readonly x: number; readonly y: number }): [number, number] {
  return [x, y];
}
