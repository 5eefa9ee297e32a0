import type { CanvasView } from "../canvas/canvas-view.ts";
import { far, type Transform } from "../canvas/geometry.ts";
import { createStore, type Readable } from "./store.ts";

export type CanvasState = {
  readonly view?: CanvasView;
  readonly scale: number;
  /** There are nodes, and none of them is in the window. */
  readonly lost?: boolean;
  /** Which opening of a document or subgraph the view has come to show. */
  readonly showing?: number;
};

/** The canvas on the page, for whatever acts on it from outside: keys, buttons, lists. Without a view nothing happens. */
export type Canvas = Readable<CanvasState> & {
  /** Sets the view that is on the page from now on. */
  attach(view: CanvasView): void;
  /** Notes that the view has come to show what was opened as that number. */
  showed(opened: number): void;
  /** Resolves once the view has come to show what was opened as that number, something else is opened, or there is no view; or at the signal. */
  shown(opened: number, signal: AbortSignal): Promise<void>;
  /** Where the view stands in what was opened as that number; undefined until it has come to show it. */
  cameraOf(opened: number): Transform | undefined;
  /** Notes the view's scale, and tells those who watch. */
  zoomed(scale: number): void;
  /** Notes whether nothing of the workflow is in the window. */
  lost(lost: boolean): void;
  /** Notes that the canvas was moved. */
  panned(): void;
  /** Notes that cards have got another size. */
  resized(): void;
  /** Calls the listener for every step of panning and zooming, and when cards have another size, until the returned function is called. */
  watch(listener: (changed: "camera" | "cards") => void): () => void;
  /** Centres a node and moves the focus to it. */
  jumpTo(id: string): Promise<void>;
  /** Brings a node into the window, in the middle of it and closer if its title could not be read otherwise. */
  showReadably(id: string): Promise<void>;
};

export function createCanvas(): Canvas {
  const { get, set, listen } = createStore<CanvasState>({ scale: 1 });
  const watchers = new Set<(changed: "camera" | "cards") => void>();
  const tell = (changed: "camera" | "cards") => {
    for (const watch of watchers) watch(changed);
  };
  return {
    get,
    listen,
    attach: (view) => set({ view, scale: 1 }),
    lost: (lost) => set((now) => (now.lost === lost ? now : { ...now, lost })),
    showed: (showing) => set((now) => ({ ...now, showing })),
    shown: (opened, signal) =>
      new Promise((resolve) => {
        const look = () => {
          const { view, showing = -1 } = get();
          if (view && showing < opened && !signal.aborted) return;
          stop();
          resolve();
        };
        const stop = listen(look);
        signal.addEventListener("abort", look);
        look();
      }),
    cameraOf: (opened) => (get().showing === opened ? get().view?.camera() : undefined),
    zoomed(scale) {
      set((now) => (now.scale === scale ? now : { ...now, scale }));
      tell("camera");
    },
    panned: () => tell("camera"),
    resized: () => tell("cards"),
    watch(listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    async jumpTo(id) {
      const { view } = get();
      await view?.fit([id]);
      view?.focus(id);
    },
    async showReadably(id) {
      const { view, scale } = get();
      await (scale < far ? view?.fit([id]) : view?.reveal(id));
    },
  };
}
