import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { boxAround, overlap } from "../../ui/src/canvas/geometry.ts";
import {
  dropWorkflow,
  type Editor,
  ended,
  newWorkflow,
  patience,
  pressRun,
  settled,
  startEditor,
} from "./editor.fixture.ts";
import { lookFaults } from "./look-faults.fixture.ts";
import { node, small } from "./small.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const boxesOf = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { name: element.getAttribute("aria-label") ?? element.textContent, box: { left, top, right, bottom } };
    }),
  );

/** Everything in the bar lies in the window, and nothing over another. */
async function assertApart(page: Page, width: number): Promise<void> {
  const parts = await boxesOf(
    page,
    ".top-bar :is(button, input, .run-state, .saved-mark):not(:empty, [hidden]), .top-bar input, .canvas-area, .side",
  );
  const seen = parts.filter(({ box }) => box.right > box.left);
  const all = boxAround(seen.map(({ box }) => box))!;
  assert.ok(all.left >= 0 && all.right <= width, `from ${all.left} to ${all.right}`);
  const over = seen.flatMap((a, i) =>
    seen.slice(i + 1).flatMap((b) => (overlap(a.box, b.box) ? [[a.name, b.name]] : [])),
  );
  assert.deepEqual(over, []);
}

for (const width of [1280, 768, 720, 390])
  test(`in a window of ${width} pixels everything in the bar is seen, and nothing lies over another, at rest and while a run is under way`, async () => {
    const { page, faults } = await editor.visit();
    await page.setViewportSize({ width, height: 844 });
    await assertApart(page, width);
    const height = (await page.locator(".top-bar").boundingBox())!.height;
    const { decode, ...nodes } = small("").nodes;
    const long = { ...decode, params: { steps: 999, seed: width } };
    await dropWorkflow(page, { ...small("Long"), nodes: { ...nodes, decode: long } });
    await page.locator(".document-tab[data-front]", { hasText: "Long" }).waitFor();
    await settled(page);
    await pressRun(page);
    await page.locator('.node[data-id="decode"] .node-status', { hasText: /\d+\/999/ }).waitFor({ timeout: patience });
    await page.locator(".run-state", { hasText: "%" }).waitFor();
    await assertApart(page, width);
    assert.equal((await page.locator(".top-bar").boundingBox())!.height, height, "nothing moves when a run begins");
    assert.deepEqual(await lookFaults(page), []);
    await page.keyboard.press("Control+Alt+Enter");
    assert.equal(await ended(page), "Cancelled");
    assert.deepEqual(faults, []);
  });

for (const width of [1280, 390])
  test(`in a window of ${width} pixels the path to a subgraph lies over no card`, async () => {
    const { page, faults } = await editor.visit();
    await page.setViewportSize({ width, height: 844 });
    const { decode, ...others } = small("").nodes;
    await dropWorkflow(page, {
      ...small("Packed"),
      nodes: {
        ...others,
        paint: node("subgraph.painter", {}, decode.inputs),
        save: node("output.image", {}, { image: "paint.image" }),
      },
      exposed: {},
      definitions: {
        painter: {
          title: "A painter with quite a long name",
          nodes: { decode: { ...decode, inputs: { image: "in.image", text: "in.text" } } },
          inputs: { image: {}, text: {} },
          outputs: { image: { from: "decode.image" } },
          layout: { decode: { x: 0, y: 0 } },
        },
      },
    });
    await page.locator(".document-tab[data-front]", { hasText: "Packed" }).waitFor();
    await settled(page);
    await page.getByTitle("Show everything (.)").click();
    await page.locator('.node[data-id="paint"] .node-header').click();
    await page.keyboard.press("Alt+o");
    await page.locator('.node[data-id="decode"]').waitFor();
    await settled(page);
    const [path, canvas] = await boxesOf(page, ".breadcrumb, .canvas-area").then((all) =>
      all.toSorted((a, b) => a.box.top - b.box.top),
    );
    assert.equal(path!.name, "Open subgraph");
    assert.ok(path!.box.bottom <= canvas!.box.top, JSON.stringify([path, canvas]));
    assert.deepEqual(await lookFaults(page), []);
    assert.deepEqual(faults, []);
  });

for (const width of [768, 390])
  test(`in a window of ${width} pixels all that an empty canvas offers is in sight`, async () => {
    const { page, faults } = await editor.visit();
    await page.setViewportSize({ width, height: 844 });
    await newWorkflow(page);
    await page.locator(".canvas-empty img").nth(2).waitFor();
    const [canvas] = await boxesOf(page, ".canvas-area");
    const parts = await boxesOf(page, ".canvas-empty > *, .canvas-empty li");
    const all = boxAround(parts.map(({ box }) => box))!;
    assert.ok(
      all.top >= canvas!.box.top && all.bottom <= canvas!.box.bottom,
      JSON.stringify([all.top, all.bottom, canvas!.box]),
    );
    const offered = (await boxesOf(page, ".canvas-empty button, .zoom-bar")).map(({ box }) => box);
    assert.ok(!offered.some((a, i) => offered.slice(i + 1).some((b) => overlap(a, b))), "nothing lies over another");
    assert.deepEqual(await lookFaults(page), []);
    assert.deepEqual(faults, []);
  });
