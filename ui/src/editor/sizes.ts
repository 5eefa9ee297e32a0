import type { StoragePort } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

/** How much of the page the side panel takes: beside the canvas, and below it in a narrow window. */
export type SizesState = {
  /** Pixels of its width. */
  readonly beside: number;
  /** Its share of the window's height. */
  readonly below: number;
};

/** What the user has made larger or smaller; remembered for all pages. */
export type Sizes = Readable<SizesState> & {
  /** Gives the panel another size, within its bounds. */
  set(change: Partial<SizesState>): void;
};

/** Bounds: what a panel needs to be read, and what it leaves for the canvas. */
export const bounds = { beside: { least: 240, most: 720 }, below: { least: 0.2, most: 0.85 } } as const;
export const usualSizes: SizesState = { beside: 316, below: 0.45 };
/** What the panel takes of a window that has the room, until the user gives it another size. */
const share = 0.2;
const mostByShare = 400;

const key = "clipwork.sizes";

/** The sizes that are remembered, or those that suit a window of so many pixels. */
export function createSizes(storage: Pick<StoragePort, "read" | "write">, width: number): Sizes {
  const usual = {
    ...usualSizes,
    beside: Math.max(usualSizes.beside, Math.min(mostByShare, Math.round(share * width))),
  };
  const { get, set, listen } = createStore<SizesState>(readKept(storage.read(key), usual));
  return {
    get,
    listen,
    set(change) {
      set((now) => {
        const next = bounded({ ...now, ...change });
        return next.beside === now.beside && next.below === now.below ? now : next;
      });
      storage.write(key, JSON.stringify(get()));
    },
  };
}

function bounded({ beside, below }: SizesState): SizesState {
  return { beside: Math.round(within(beside, bounds.beside)), below: within(below, bounds.below) };
}

function within(size: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return Math.min(most, Math.max(least, size));
}

/** What a browser keeps may be of any shape. */
function readKept(text: string | undefined, usual: SizesState): SizesState {
  try {
    const { beside, below } = (text === undefined ? {} : (JSON.parse(text) ?? {})) as Partial<SizesState>;
    return bounded({
      beside: Number.isFinite(beside) ? beside! : usual.beside,
      below: Number.isFinite(below) ? below! : usual.below,
    });
  } catch {
    return usual;
  }
}
