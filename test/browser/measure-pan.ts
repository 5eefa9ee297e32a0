import type { Page } from "playwright-core";
import { atMost, type Findings } from "../bench/findings.ts";
import { dropWorkflow, startEditor } from "./editor.fixture.ts";

const count = 500;
/** Milliseconds for the frame in the middle. */
const budget = 33;

/** Nodes of the kinds that are drawn with the most parts, in chains of five. */
function bigWorkflow() {
  const chain = [
    ["text.prompt", {}],
    ["clip.encode-text", { text: "text" }],
    ["prior.diffusion", { text: "embedding" }],
    ["decoder.sample", { image: "embedding" }],
    ["output.image", { image: "image" }],
  ] as const;
  const nodes: { [id: string]: object } = {};
  const layout: { [id: string]: object } = {};
  for (let i = 0; i < count; i++) {
    const [type, from] = chain[i % chain.length]!;
    const inputs = Object.fromEntries(Object.entries(from).map(([to, port]) => [to, `n${i - 1}.${port}`]));
    nodes[`n${i}`] = { type, version: 1, inputs };
    layout[`n${i}`] = { x: (i % 25) * 290, y: Math.floor(i / 25) * 440 };
  }
  return { format: "clipwork/1", nodes, layout };
}

/** Drags the canvas by one step a frame, as fast as frames come; gives the milliseconds of each, in order of size. */
async function pan(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const area = document.querySelector(".canvas-area")!;
    const send = (type: string, x: number, y: number) =>
      area.dispatchEvent(
        new PointerEvent(type, { bubbles: true, clientX: x, clientY: y, button: 1, buttons: 4, pointerType: "mouse" }),
      );
    const frame = () => new Promise<number>(requestAnimationFrame);
    send("pointerdown", 600, 400);
    const times: number[] = [];
    let last = await frame();
    for (let i = 1; i <= 150; i++) {
      send("pointermove", 600 - 3 * i, 400 - 2 * i);
      const now = await frame();
      times.push(now - last);
      last = now;
    }
    send("pointerup", 150, 100);
    return times.sort((a, b) => a - b);
  });
}

/** How long a frame takes while 500 nodes are panned, in a browser that draws in software. */
export async function measure(): Promise<Findings> {
  const editor = await startEditor();
  try {
    const { page } = await editor.visit();
    await dropWorkflow(page, bigWorkflow());
    await page.waitForFunction((all) => document.querySelectorAll(".node").length === all, count);
    await page.waitForTimeout(2_000);
    const rows: string[][] = [];
    for (const zoom of ["all nodes in the window", "at zoom 1"]) {
      if (zoom === "at zoom 1") {
        await page.locator('.node[data-id="n0"]').focus();
        await page.getByTitle("Show everything (.)").click();
        for (let i = 0; i < 20; i++) {
          const scale = Number.parseInt((await page.getByTitle("Show everything (.)").textContent())!, 10);
          if (scale >= 95) break;
          await page.getByLabel("Zoom in").click();
        }
      }
      await page.waitForTimeout(1_000);
      const times = await pan(page);
      const at = (share: number) => times[Math.floor(times.length * share)]!;
      rows.push([zoom, at(0.5).toFixed(1), at(0.95).toFixed(1), atMost(budget, at(0.5))]);
    }
    return { head: [`${count} nodes`, "median frame, ms", "95 of 100 within, ms", "budget, ms"], rows, notes: [] };
  } finally {
    await editor.close();
  }
}
