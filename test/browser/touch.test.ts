import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { documentOf, type Editor, middleOf, patience, settled, socketAt, startEditor } from "./editor.fixture.ts";
import { bareCanvas, type Fingers, fingersOn, still } from "./touch.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

/** Where the canvas has been moved to, and its scale. */
function cameraOf(page: Page): Promise<{ x: number; y: number; k: number }> {
  return page.evaluate(() => {
    const { a, e, f } = new DOMMatrix(
      getComputedStyle(document.querySelector(".canvas-dots")!.parentElement!).transform,
    );
    return { x: e, y: f, k: a };
  });
}

/** Drags a link out of an output to a bare place, and adds the node of that name there. */
async function growTo(
  page: Page,
  fingers: Fingers,
  from: string,
  to: { x: number; y: number },
  name: string,
): Promise<void> {
  await fingers.drag(await socketAt(page, from, "output"), await bareCanvas(page, to));
  await choose(page, name);
}

/** Chooses a node in the search that has opened. */
async function choose(page: Page, name: string): Promise<void> {
  const search = page.getByRole("combobox");
  const before = await page.locator(".node").count();
  await search.waitFor();
  await search.fill(name);
  await page
    .getByRole("option", { name: new RegExp(`^${name}`) })
    .first()
    .tap();
  await search.waitFor({ state: "detached" });
  // The canvas goes to the new card once it is drawn.
  await page.locator(".node").nth(before).waitFor();
  await still(page);
}

test("on a phone one finger moves the canvas, two zoom, and a card follows a finger", async () => {
  const { page, faults } = await editor.visit({ phone: true });
  const fingers = await fingersOn(page);
  await page.getByRole("button", { name: "Fold the panel away" }).tap();
  await page.locator(".side[data-folded]").waitFor();
  const bare = await bareCanvas(page);
  const before = await cameraOf(page);
  await fingers.drag(bare, { x: bare.x - 80, y: bare.y + 60 });
  const moved = await cameraOf(page);
  assert.ok(
    Math.abs(moved.x - before.x + 80) < 3 && Math.abs(moved.y - before.y - 60) < 3,
    JSON.stringify([before, moved]),
  );
  assert.equal(moved.k, before.k);
  await fingers.pinch({ x: 200, y: 400 }, 200, 100);
  const small = await cameraOf(page);
  assert.ok(Math.abs(small.k / moved.k - 0.5) < 0.05, JSON.stringify([moved, small]));
  await fingers.pinch({ x: 200, y: 400 }, 100, 200);

  const header = await middleOf(page.locator('.node[data-id="caption"] .node-header').first());
  await fingers.drag(header, { x: header.x + 60, y: header.y + 90 });
  const { layout } = await documentOf(page, (now) => (now.layout!.caption as { y: number }).y > 50);
  assert.ok((layout!.caption as { x: number }).x > 30);
  assert.deepEqual(faults, []);
});

test("text to image is built and run by touch alone", async () => {
  const { page, faults } = await editor.visit({ phone: true });
  const fingers = await fingersOn(page);
  await page.getByRole("button", { name: "Fold the panel away" }).tap();
  await page.locator(".side[data-folded]").waitFor();
  await page.getByRole("button", { name: "New workflow" }).tap();
  await page.locator(".canvas-empty").waitFor();
  await settled(page);
  await fingers.press({ x: 24, y: 200 });
  await page.getByRole("menuitem", { name: /^Add/ }).first().tap();
  await choose(page, "Prompt");
  await page.locator(".node").waitFor();
  const { k } = await cameraOf(page);
  await fingers.pinch({ x: 195, y: 560 }, 240, (240 * 0.5) / k);
  await still(page);

  await growTo(page, fingers, "prompt.text", { x: 30, y: 420 }, "CLIP encode text");
  await growTo(page, fingers, "encode-text.embedding", { x: 270, y: 200 }, "Decoder");
  await growTo(page, fingers, "encode-text.embedding", { x: 120, y: 560 }, "Diffusion prior");
  await fingers.drag(
    await socketAt(page, "diffusion.embedding", "output"),
    await socketAt(page, "sample.image", "input"),
  );
  await growTo(page, fingers, "sample.image", { x: 270, y: 620 }, "Save image");
  const built = await documentOf(page, ({ nodes }) => Object.keys(nodes).length === 5);
  assert.deepEqual(built.nodes.sample!.inputs, { text: "encode-text.embedding", image: "diffusion.embedding" });
  assert.deepEqual(built.nodes.image!.inputs, { image: "sample.image" });

  await page.getByRole("tab", { name: "Outline" }).tap();
  await page.locator('.outline [data-id="prompt"]').tap();
  await page.getByRole("tab", { name: "Details" }).tap();
  await page.locator("#field\\:prompt\\:text").fill("a small red cube on sand");
  await page.getByRole("button", { name: "Run", exact: true }).tap();
  await page.getByRole("tab", { name: "Runs" }).tap();
  await page.locator(".run-row[data-state=finished] img").first().waitFor({ timeout: patience });
  await page.locator('.node[data-id="image"] img').first().waitFor();
  await page.getByRole("tab", { name: "Details" }).tap();
  await fingers.tap(await bareCanvas(page));
  await page.locator(".latest-picture img").waitFor();
  assert.deepEqual(faults, []);
});

test("on a phone the sheet is dragged larger, folded to its tabs, and opened by one of them; its size is kept", async () => {
  const { page, faults } = await editor.visit({ phone: true });
  const fingers = await fingersOn(page);
  const height = async () => (await page.locator(".side").boundingBox())!.height;
  const before = await height();
  const edge = await middleOf(page.locator(".side-edge").first());
  await fingers.drag(edge, { x: edge.x, y: edge.y - 150 });
  await page.waitForFunction((least) => document.querySelector(".side")!.clientHeight > least, before + 135);
  const larger = await height();
  assert.ok(Math.abs(larger - before - 150) < 12, `${before} and ${larger}`);
  await page.getByRole("button", { name: "Fold the panel away" }).tap();
  await page.locator(".side[data-folded]").waitFor();
  assert.ok((await height()) < 70);
  await page.getByRole("tab", { name: "Runs" }).tap();
  await page.locator(".side:not([data-folded])").waitFor();
  assert.ok(Math.abs((await height()) - larger) < 2);
  await page.reload();
  await settled(page);
  assert.ok(Math.abs((await height()) - larger) < 2, "also after a reload");
  const reach = page.locator(".run-button, .tabs [role=tab]");
  for (const one of await reach.all()) {
    const { x, y, width, height } = (await one.boundingBox())!;
    assert.ok(x >= 0 && x + width <= 390 && y + height <= 844 && height >= 34, "in reach of a thumb");
  }
  assert.deepEqual(faults, []);
});

test("beside the canvas the panel is made wider by its edge, by mouse and by keys", async () => {
  const { page, faults } = await editor.visit();
  const width = async () => (await page.locator(".side").boundingBox())!.width;
  const before = await width();
  const edge = await middleOf(page.locator(".side-edge").first());
  await page.mouse.move(edge.x, edge.y);
  await page.mouse.down();
  await page.mouse.move(edge.x - 100, edge.y, { steps: 4 });
  await page.mouse.up();
  assert.ok(Math.abs((await width()) - before - 100) < 3);
  await page.locator(".side-edge").focus();
  await page.keyboard.press("ArrowRight");
  assert.ok((await width()) < before + 90);
  assert.deepEqual(faults, []);
});
