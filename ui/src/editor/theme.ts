import type { BrowserPort, StoragePort, Theme } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

/** Light or dark: the user's choice, else the system's. */
export type Themes = Readable<Theme> & {
  /** Switches to the other theme, and remembers it. */
  toggle(): void;
};

const key = "clipwork.theme";

type Needs = {
  readonly storage: Pick<StoragePort, "read" | "write">;
  readonly browser: Pick<BrowserPort, "prefersDark" | "onPrefersDark" | "showTheme">;
};

/** Shows the page in the theme from now on. */
export function createThemes({ storage, browser }: Needs): Themes {
  const chosen = (): Theme | undefined => {
    const kept = storage.read(key);
    return kept === "light" || kept === "dark" ? kept : undefined;
  };
  const ofSystem = (): Theme => (browser.prefersDark() ? "dark" : "light");
  const { get, set, listen } = createStore<Theme>(chosen() ?? ofSystem());
  browser.onPrefersDark(() => chosen() ?? set(ofSystem()));
  listen(() => browser.showTheme(get()));
  browser.showTheme(get());
  return {
    get,
    listen,
    toggle() {
      set((now) => (now === "dark" ? "light" : "dark"));
      storage.write(key, get());
    },
  };
}
