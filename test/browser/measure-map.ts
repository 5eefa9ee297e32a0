import { join } from "node:path";
import type { Page } from "playwright-core";
import { atMost, type Findings } from "../bench/findings.ts";
import { processorMs } from "../bench/machine.ts";
import { childrenOf } from "../cli/clipwork.fixture.ts";
import { dropWorkflow, patience, startEditor } from "./editor.fixture.ts";
import { emptyPlace, openMap, placesIn, pointsOf } from "./map.fixture.ts";

const count = 1000;
/** Milliseconds of a frame at 60 a second, with what a timer may be off. */
const frameBudget = 17;
/** Milliseconds from a click to the picture of the place. */
const clickBudget = 1_000;
const clicks = 9;
const lookMs = 3_000;

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

const workflow = {
  format: "clipwork/1",
  nodes: {
    cloud: node("cloud.points", { count }),
    map: node("probe.map", {}, { embeddings: "cloud.embeddings", pictures: "cloud.pictures", labels: "cloud.labels" }),
    save: node("output.map", {}, { map: "map.map" }),
    point: node("latent.point", {}, { map: "map.map" }),
    decode: node("decoder.sample", { steps: 8, sampler: "ddim" }, { image: "point.embedding" }),
    place: node("output.image", {}, { image: "decode.image" }),
  },
  layout: Object.fromEntries(
    ["cloud", "map", "save", "point", "decode", "place"].map((id, i) => [id, { x: 300 * i, y: 0 }]),
  ),
};

type Motion = "pan" | "zoom";

/** Moves the map a little in each frame, as fast as frames come; returns the milliseconds of each, in order of size. */
async function move(page: Page, motion: Motion): Promise<number[]> {
  return page.evaluate(async (motion) => {
    const canvas = document.querySelector(".map-canvas canvas")!;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2 };
    const pointer = (type: string, x: number) =>
      canvas.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          altKey: true,
          ...at,
          clientX: at.clientX + x,
          pointerId: 1,
          buttons: 1,
        }),
      );
    // The pointer of a made event cannot be captured.
    Object.assign(canvas, { setPointerCapture() {} });
    const frame = () => new Promise<number>(requestAnimationFrame);
    if (motion === "pan") pointer("pointerdown", 0);
    const times: number[] = [];
    let last = await frame();
    for (let i = 1; i <= 150; i++) {
      const swing = Math.sin(i / 12);
      if (motion === "pan") pointer("pointermove", 150 * swing);
      else
        canvas.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, ...at, deltaY: -25 * swing }));
      const now = await frame();
      times.push(now - last);
      last = now;
    }
    if (motion === "pan") pointer("pointerup", 0);
    return times.sort((a, b) => a - b);
  }, motion);
}

/**
 * Milliseconds from a click to the whole picture of that place on the page. The page itself sees it come: a look in every frame from outside
 * would make it draw frames that nobody else asks for.
 */
async function decode(page: Page, at: { readonly x: number; readonly y: number }): Promise<number> {
  const shown = page.evaluate(async (patience) => {
    const side = document.querySelector(".map-side")!;
    const picture = () => side.querySelector<HTMLImageElement>('[data-part="place"][data-state="decoded"] img');
    const before = picture()?.src;
    await new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Error("The picture did not come.")), patience);
      const look = () => {
        const image = picture();
        if (!image || image.src === before) return;
        seen.disconnect();
        image.decode().then(resolve, reject);
      };
      const seen = new MutationObserver(look);
      seen.observe(side, { subtree: true, childList: true, attributes: true });
    });
  }, patience);
  const start = performance.now();
  await page.mouse.click(at.x, at.y);
  await shown;
  return performance.now() - start;
}

/** How long a frame takes while a map of 1,000 pictures is moved in a browser that draws in software, and a click's picture. */
export async function measure(): Promise<Findings> {
  const editor = await startEditor({ nodes: join(import.meta.dirname, "..", "fixtures", "node-pack-cloud") });
  try {
    const { page } = await editor.visit();
    await dropWorkflow(page, workflow);
    await page.locator('.node[data-id="map"]').waitFor();
    await openMap(page);
    await page.waitForTimeout(1_500);
    const { points } = await pointsOf(page);
    const screen = await placesIn(page, points);
    const rows: string[][] = [];
    const at = (times: readonly number[], share: number) => times[Math.floor(times.length * share)]!;
    const places: { x: number; y: number }[] = [];
    for (let i = 0; i < clicks; i++) places.push(emptyPlace(points, places));
    const waits: number[] = [];
    const spent: number[] = [];
    const spentNow = () =>
      [editor.pid, ...childrenOf(editor.pid)].reduce((milliseconds, pid) => milliseconds + processorMs(pid), 0);
    for (const place of places) {
      const before = spentNow();
      waits.push(await decode(page, screen(place)));
      spent.push(spentNow() - before);
      // Whoever explores looks at the picture before the next click.
      await page.waitForTimeout(lookMs);
    }
    for (const times of [waits, spent]) times.sort((a, b) => a - b);
    for (const [name, zoom, motion] of [
      ["all of it in the window, moved", 0, "pan"],
      ["all of it in the window, zoomed", 0, "zoom"],
      ["a tenth of it as large pictures, moved", 3, "pan"],
    ] as const) {
      for (let i = 0; i < zoom; i++) await page.getByLabel("Zoom in (+)").click();
      await page.waitForTimeout(500);
      const times = await move(page, motion);
      rows.push([name, at(times, 0.5).toFixed(1), at(times, 0.95).toFixed(1), atMost(frameBudget, at(times, 0.5))]);
    }
    rows.push([
      `a click to its picture, ${clicks} clicks, ${lookMs / 1000} s apart`,
      at(waits, 0.5).toFixed(0),
      at(waits, 0.95).toFixed(0),
      atMost(clickBudget, at(waits, 0.5)),
    ]);
    rows.push([
      "processor time of server and worker for it",
      at(spent, 0.5).toFixed(0),
      at(spent, 0.95).toFixed(0),
      "",
    ]);
    return {
      head: [`a map of ${count} pictures`, "median, ms", "95 of 100 within, ms", "budget, ms"],
      rows,
      notes: [],
    };
  } finally {
    await editor.close();
  }
}
