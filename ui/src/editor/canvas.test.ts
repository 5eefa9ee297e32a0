import assert from "node:assert/strict";
import { test } from "node:test";
import type { CanvasView } from "../canvas/canvas-view.ts";
import { createCanvas } from "./canvas.ts";

test("without a canvas on the page a jump does nothing", async () => {
  await createCanvas().jumpTo("paint");
});

test("a jump brings the node into the middle before it gets the focus", async () => {
  const canvas = createCanvas();
  const asked: string[] = [];
  const view = {
    fit: async (ids: Iterable<string>) => {
      await undefined;
      asked.push(`fit ${[...ids]}`);
    },
    focus: (id: string) => asked.push(`focus ${id}`),
  };
  canvas.attach(view as unknown as CanvasView);
  await canvas.jumpTo("paint");
  assert.deepEqual(asked, ["fit paint", "focus paint"]);
});

test("another canvas begins at its own scale", () => {
  const canvas = createCanvas();
  canvas.attach({} as CanvasView);
  canvas.zoomed(0.5);
  assert.equal(canvas.get().scale, 0.5);
  canvas.attach({} as CanvasView);
  assert.equal(canvas.get().scale, 1);
});

test("who watches the canvas hears every step of panning and zooming, and of cards that grow, until told to stop", () => {
  const canvas = createCanvas();
  const heard: string[] = [];
  const stop = canvas.watch((changed) => heard.push(changed));
  canvas.panned();
  canvas.zoomed(0.5);
  canvas.zoomed(0.5);
  canvas.resized();
  assert.deepEqual(heard, ["camera", "camera", "camera", "cards"]);
  stop();
  canvas.panned();
  assert.equal(heard.length, 4);
});

test("who waits for what was opened goes on when it is shown, something later is, or nobody wants it any more", async () => {
  const canvas = createCanvas();
  const off = new AbortController();
  await canvas.shown(3, off.signal);
  canvas.attach({} as CanvasView);
  let shown = 0;
  const waits = [3, 4].map((opened) => canvas.shown(opened, off.signal).then(() => void shown++));
  canvas.showed(2);
  await undefined;
  assert.equal(shown, 0);
  canvas.showed(3);
  await waits[0];
  assert.equal(shown, 1);
  off.abort();
  await waits[1];
});
