import type { LiveFrame } from "../server/live.ts";
import type { BrowserPort, Clock } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

/** A picture of a node while it samples: the address of the newest one. */
export type FrameView = { readonly url: string; readonly item: number; readonly step: number; readonly steps: number };

/** The newest frames of the shown run, by node. */
export type Frames = Readable<{ readonly [node: string]: FrameView }> & {
  show(frame: LiveFrame): void;
  clear(): void;
};

/** Milliseconds for which the previous picture may still be on the page, until the new one is decoded. */
const decodeMs = 1_000;

export function createFrames(browser: Pick<BrowserPort, "addressOf" | "release">, clock: Clock): Frames {
  const { get, set, listen } = createStore<{ readonly [node: string]: FrameView }>({});
  return {
    get,
    listen,
    show({ node, item, step, steps, bytes }) {
      const before = get()[node];
      set((now) => ({ ...now, [node]: { url: browser.addressOf(bytes), item, step, steps } }));
      if (before) clock.after(decodeMs, () => browser.release(before.url));
    },
    clear() {
      for (const { url } of Object.values(get())) browser.release(url);
      set({});
    },
  };
}
