import type { CanvasView } from "../canvas/canvas-view.ts";
import { createStore, type Readable } from "./store.ts";

export type CanvasState = {
  readonly view?: CanvasView;
  readonly scale: number;
  /** There are nodes, and none of them is in the window. */
  readonly lost?: boolean;
};

/** The canvas on the page, for whatever acts on it from outside: keys, buttons, lists. Without a view nothing happens. */
export type Canvas = Readable<CanvasState> & {
  /** Sets the view that is on the page from now on. */
  attach(view: CanvasView): void;
  /** Notes the view's scale. */
  zoomed(scale: number): void;
  /** Notes whether nothing of the workflow is in the window. */
  lost(lost: boolean): void;
  /** Centres a node and moves the focus to it. */
  jumpTo(id: string): Promise<void>;
};

export function createCanvas(): Canvas {
  const { get, set, listen } = createStore<CanvasState>({ scale: 1 });
  return {
    get,
    listen,
    attach: (view) => set({ view, scale: 1 }),
    zoomed: (scale) => set((now) => (now.scale === scale ? now : { ...now, scale })),
    lost: (lost) => set((now) => (now.lost === lost ? now : { ...now, lost })),
    async jumpTo(id) {
      const { view } = get();
      await view?.fit([id]);
      view?.focus(id);
    },
  };
}
