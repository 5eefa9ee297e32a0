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

/** Sends touches as a screen does, several at once, which the page cannot tell from a hand's. */
export async function fingersOn(page: Page): Promise<Fingers> {
  const session = await page.context().newCDPSession(page);
  const send = async (type: "touchStart" | "touchMove" | "touchEnd", ...places: readonly Point[]) => {
    const touchPoints = places.map(({ x, y }, id) => ({ x: Math.round(x), y: Math.round(y), id }));
    await session.send("Input.dispatchTouchEvent", { type, touchPoints });
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
      await send("touchEnd");
    },
  };
}

/** The middle of an element. */
export async function middleOf(page: Page, selector: string): Promise<Point> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`Nothing is at ${selector}.`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A place of the canvas where nothing lies for so many pixels around. */
export async function bareCanvas(page: Page, around = 12): Promise<Point> {
  const place = await page.evaluate((around) => {
    const box = document.querySelector(".canvas-area")!.getBoundingClientRect();
    const isBare = (x: number, y: number) =>
      document.elementFromPoint(x, y)?.closest(".canvas-area, .node, .link-frame");
    const corners = [-around, 0, around];
    for (let y = box.top + 20; y < box.bottom - 60; y += 15)
      for (let x = box.right - 20; x > box.left + 100; x -= 15)
        if (corners.every((dx) => corners.every((dy) => isBare(x + dx, y + dy)?.matches(".canvas-area"))))
          return { x, y };
    return undefined;
  }, around);
  if (!place) throw new Error("No place of the canvas is bare.");
  return place;
}
