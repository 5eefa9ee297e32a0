import type { StoragePort } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

/** Whether the small map of the canvas is shown: as it was left last time. */
export type Minimap = Readable<{ readonly folded: boolean }> & { toggle(): void };

const key = "clipwork.minimap";

export function createMinimap(storage: Pick<StoragePort, "read" | "write">): Minimap {
  const { get, set, listen } = createStore({ folded: storage.read(key) === "folded" });
  return {
    get,
    listen,
    toggle() {
      set(({ folded }) => ({ folded: !folded }));
      storage.write(key, get().folded ? "folded" : "shown");
    },
  };
}
