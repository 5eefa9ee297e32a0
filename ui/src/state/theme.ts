import { createStore } from "./store.ts";

export type Theme = "light" | "dark";

const key = "clipwork.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** Light or dark: what the user chose, else what the system says. */
export const theme = createStore<Theme>(chosen() ?? fromSystem());

function chosen(): Theme | undefined {
  const kept = localStorage.getItem(key);
  return kept === "light" || kept === "dark" ? kept : undefined;
}

function fromSystem(): Theme {
  return system.matches ? "dark" : "light";
}

/** Draws the page in the theme from now on. */
export function startTheme(): void {
  const apply = () => {
    document.documentElement.dataset.theme = theme.get();
  };
  theme.listen(apply);
  system.addEventListener("change", () => chosen() ?? theme.set(fromSystem()));
  apply();
}

/** Changes to the other theme, and remembers it. */
export function toggleTheme(): void {
  theme.set((now) => (now === "dark" ? "light" : "dark"));
  localStorage.setItem(key, theme.get());
}
