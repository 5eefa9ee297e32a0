import type { CDPSession, Page } from "playwright-core";
import { atMost, type Findings } from "../bench/findings.ts";
import { type Editor, settled, startEditor } from "./editor.fixture.ts";
import { dropLarge, manyNodes } from "./many-nodes.fixture.ts";

const frames = 60;
/** Milliseconds of a frame at 60 a second, and at 30. */
const frame = 17;
const halfRate = 33;

type Row = {
  readonly name: string;
  /** Milliseconds by the number of nodes. */
  readonly budgets: { readonly [count: number]: number };
  /** Over how many frames it is spread. */
  readonly over?: number;
  /** The most nodes with which it is done. */
  readonly most?: number;
  act(page: Page, count: number, editor: Editor): Promise<unknown>;
};

const panned = { budgets: { 500: frame, 2000: halfRate, 20000: halfRate }, over: frames, act: pan };

const dragAll = {
  budgets: { 500: frame },
  over: frames,
  async act(page: Page): Promise<void> {
    await selectAll(page);
    await dragFirst(page);
  },
};

const undone: Row = { name: "that undone", budgets: { 500: 50 }, act: (page) => press(page, "Control+z") };

const rows: readonly Row[] = [
  { name: "opened", budgets: { 500: 1_500, 2000: 4_000 }, act: open },
  { name: "panned at 90 %, a frame", ...panned },
  { name: "all dragged at 90 %, a frame", ...dragAll },
  undone,
  {
    name: "all brought into the window",
    budgets: {},
    act: (page) => page.getByTitle("Show everything (.)").click(),
  },
  { name: "panned with all in the window, a frame", ...panned },
  { name: "all dragged in the window, a frame", ...dragAll },
  undone,
  { name: "300 duplicated", budgets: { 500: 500 }, most: 500, act: duplicate },
];

/** How long the page's main thread works for what one does with many nodes. */
export async function measure(counts: readonly number[] = [500, 2_000, 20_000]): Promise<Findings> {
  const editor = await startEditor();
  try {
    const columns: (readonly number[])[] = [];
    for (const count of counts) columns.push(await measureOne(editor, count));
    return {
      head: ["", ...counts.map((count) => `${count} nodes, ms`), "budgets, ms"],
      rows: rows.map(({ name, budgets, over = 1 }, i) => [
        name,
        ...columns.map((times) => times[i]?.toFixed(over > 1 ? 1 : 0) ?? ""),
        counts.flatMap((count, at) => (budgets[count] ? atMost(budgets[count], columns[at]![i]!) : [])).join("; "),
      ]),
      notes: [],
    };
  } finally {
    await editor.close();
  }
}

async function measureOne(editor: Editor, count: number): Promise<readonly number[]> {
  const { page, context } = await editor.visit({ whole: false });
  page.setDefaultTimeout(120_000);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await rested(session);
  const times: number[] = [];
  for (const { act, over = 1, most = count } of rows) {
    if (count > most) continue;
    const before = await spent(session);
    await act(page, count, editor);
    await rested(session);
    times.push(((await spent(session)) - before) / over);
  }
  await context.close();
  return times;
}

/** Milliseconds that the page's main thread has worked. */
async function spent(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1_000 * metrics.find(({ name }) => name === "TaskDuration")!.value;
}

/** Waits until the main thread has next to nothing to do. */
async function rested(session: CDPSession): Promise<void> {
  for (let before = await spent(session), tries = 0; tries < 120; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = await spent(session);
    if (now - before < 12) return;
    before = now;
  }
}

async function open(page: Page, count: number, editor: Editor): Promise<void> {
  await dropLarge(editor, page, manyNodes(count));
  await page.locator('.node[data-id="n0"]').waitFor();
  await settled(page);
}

async function press(page: Page, keys: string): Promise<void> {
  await page.locator(".canvas-area").focus();
  await page.keyboard.press(keys);
}

const selectAll = (page: Page) => press(page, "Control+a");

async function duplicate(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelector<HTMLElement>(".canvas-area")!.focus());
  await page.keyboard.press("Escape");
  // A box around the upper rows, as many as 300 nodes fill.
  const first = (await page.locator('.node[data-id="n0"]').boundingBox())!;
  const last = (await page.locator('.node[data-id="n299"]').boundingBox())!;
  await page.keyboard.down("Shift");
  await page.mouse.move(first.x - 6, first.y - 6);
  await page.mouse.down();
  await page.mouse.move(last.x + last.width / 2, last.y + last.height / 2, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await page.keyboard.press("Control+d");
}

/** Drags the canvas by one step a frame, as fast as frames come. */
async function pan(page: Page): Promise<void> {
  await page.evaluate(async (frames) => {
    const area = document.querySelector(".canvas-area")!;
    const send = (type: string, x: number, y: number) =>
      area.dispatchEvent(
        new PointerEvent(type, { bubbles: true, clientX: x, clientY: y, button: 1, buttons: 4, pointerType: "mouse" }),
      );
    send("pointerdown", 600, 400);
    for (let i = 1; i <= frames; i++) {
      send("pointermove", 600 - 6 * i, 400 - 2 * i);
      await new Promise(requestAnimationFrame);
    }
    // And back, so that what comes after finds the same cards in the window.
    send("pointermove", 600, 400);
    send("pointerup", 600, 400);
  }, frames);
}

/** Drags the first card in the window, and what is selected with it, by one step a frame. */
async function dragFirst(page: Page): Promise<void> {
  await page.evaluate(async (frames) => {
    const window = document.querySelector(".canvas-area")!.getBoundingClientRect();
    const card = [...document.querySelectorAll(".node")].find((one) => {
      const { left, top } = one.getBoundingClientRect();
      return left > window.left && top > window.top && left < window.right && top < window.bottom;
    })!;
    const { left, top } = card.getBoundingClientRect();
    const send = (target: EventTarget, type: string, by: number) =>
      target.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          altKey: true,
          clientX: left + 5 + 2 * by,
          clientY: top + 5 + by,
          button: 0,
          buttons: 1,
          pointerType: "mouse",
        }),
      );
    send(card, "pointerdown", 0);
    for (let i = 1; i <= frames; i++) {
      send(globalThis.window, "pointermove", i);
      await new Promise(requestAnimationFrame);
    }
    send(globalThis.window, "pointerup", frames);
  }, frames);
}
