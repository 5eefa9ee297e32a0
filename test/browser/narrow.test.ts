import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { boxAround, overlap } from "../../ui/src/canvas/geometry.ts";
import { type Editor, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

for (const width of [1280, 720, 390])
  test(`in a window of ${width} pixels everything in the bar is seen, and nothing lies over another`, async () => {
    const { page, faults } = await editor.visit();
    await page.setViewportSize({ width, height: 844 });
    const parts = await page.locator(".top-bar :is(button, input), .canvas-area, .side").evaluateAll((elements) =>
      elements.map((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return { name: element.getAttribute("aria-label") ?? element.textContent, box: { left, top, right, bottom } };
      }),
    );
    const all = boxAround(parts.map(({ box }) => box))!;
    assert.ok(all.left >= 0 && all.right <= width, `from ${all.left} to ${all.right}`);
    const over = parts.flatMap((a, i) =>
      parts.slice(i + 1).flatMap((b) => (overlap(a.box, b.box) ? [[a.name, b.name]] : [])),
    );
    assert.deepEqual(over, []);
    assert.deepEqual(faults, []);
  });
