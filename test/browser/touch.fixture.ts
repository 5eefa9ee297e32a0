import type { Page } from "playwright-core";

type Point = { readonly x: number; readonly y: number };

/** Fingers on a page. */
export type Fingers = {
  tap(at: Point): Promise<void>;
  /** Rests in one place until a menu would be there. */
  press(at: Point): Promise<void>;
  drag(from: Point, to: Point): Promise<void>;
  /** Two fingers, side by side around a place, whose distance changes. */
  pinch(around: Point, from: number, to: number): Promise<void>;
};

const steps = 8;
/** Longer than the page waits before a menu. */
const pressMs = 700;
const restMs = 60;

/** Sends touches as a screen does, several at once, which the page cannot tell from a hand's. */
export async function fingersOn(page: Page): Promise<Fingers> {
  const session = await page.context().newCDPSession(page);
  const send = async (type: "touchStart" | "touchMove" | "touchEnd", ...places: readonly Point[]) => {
    const touchPoints = places.map(({ x, y }, id) => ({ x: Math.round(x), y: Math.round(y), id }));
    await session.send("Input.dispatchTouchEvent", { type, touchPoints });
  };
  // A finger that is lifted in motion would throw what it drags, and the browser takes the next tap for the hand that stops it.
  const rest = async (...places: readonly Point[]) => {
    for (let i = 0; i < 3; i++) {
      await page.waitForTimeout(restMs);
      await send("touchMove", ...places);
    }
  };
  const between = (a: number, b: number, i: number) => a + ((b - a) * i) / steps;
  return {
    async tap(at) {
      await send("touchStart", at);
      await send("touchEnd");
    },
    async press(at) {
      await send("touchStart", at);
      await page.waitForTimeout(pressMs);
      await send("touchEnd");
    },
    async drag(from, to) {
      await send("touchStart", from);
      for (let i = 1; i <= steps; i++)
        await send("touchMove", { x: between(from.x, to.x, i), y: between(from.y, to.y, i) });
      await rest(to);
      await send("touchEnd");
    },
    async pinch({ x, y }, from, to) {
      const both = (distance: number) =>
        [
          { x: x - distance / 2, y },
          { x: x + distance / 2, y },
        ] as const;
      await send("touchStart", ...both(from));
      for (let i = 1; i <= steps; i++) await send("touchMove", ...both(between(from, to, i)));
      await rest(...both(to));
      await send("touchEnd");
    },
  };
}

/** The place of the canvas nearest to that one where nothing lies for some pixels around. */
export async function bareCanvas(page: Page, near: Point = { x: 390, y: 0 }): Promise<Point> {
  const place = await page.evaluate(({ x: nearX, y: nearY }) => {
    const box = document.querySelector(".canvas-area")!.getBoundingClientRect();
    const around = [-14, 0, 14];
    const isBare = (x: number, y: number) => document.elementFromPoint(x, y)?.matches(".canvas-area, .canvas-dots");
    const bare: Point[] = [];
    for (let y = box.top + 20; y < box.bottom - 60; y += 12)
      for (let x = box.left + 20; x < box.right - 20; x += 12)
        if (around.every((dx) => around.every((dy) => isBare(x + dx, y + dy)))) bare.push({ x, y });
    const far = ({ x, y }: Point) => Math.hypot(x - nearX, y - nearY);
    return bare.sort((a, b) => far(a) - far(b))[0];
  }, near);
  if (!place) throw new Error("No place of the canvas is bare.");
  return place;
}

/** Waits until canvas and cards have stood still for some frames. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const places = () =>
      [...document.querySelectorAll(".node")].map((node) => JSON.stringify(node.getBoundingClientRect())).join();
    for (let same = 0, before = places(); same < 12; ) {
      await frame();
      const now = places();
      same = now === before ? same + 1 : 0;
      before = now;
    }
  });
}
