import type { BrowserPort, Clock } from "../editor/ports.ts";
import { newName } from "./new-name.ts";
import { createTabIcon } from "./tab-icon.ts";

/** Milliseconds after which a download has surely begun. */
const downloadMs = 10_000;

/** The browser's clock. */
export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** The path below which the page's server is reached, "" if at the root: the server writes it into the page. */
export function basePath(): string {
  const root = document.querySelector<HTMLMetaElement>('meta[name="server-root"]')?.content ?? "/";
  return root.replace(/\/$/, "");
}

/** The run that the page's address names. */
export function runInAddress(): string | undefined {
  return /^#run=([\w-]{1,64})$/.exec(location.hash)?.[1];
}

/** The window around the editor. */
export function browserWindow(): BrowserPort {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const icon = createTabIcon();
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return {
    reloaded: navigation?.type === "reload",
    width: innerWidth,
    randomSeed: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
    newName,
    download(name, text) {
      const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      Object.assign(document.createElement("a"), { href, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(href), downloadMs);
    },
    copy,
    copied: async () => await navigator.clipboard?.readText().catch(() => undefined),
    addressOf: (picture) => URL.createObjectURL(new Blob([picture as Uint8Array<ArrayBuffer>], { type: "image/webp" })),
    release: (address) => URL.revokeObjectURL(address),
    showRun: (run) => history.replaceState(null, "", location.pathname + (run === undefined ? "" : `#run=${run}`)),
    showTab(title, progress) {
      document.title = title;
      icon.draw(progress);
    },
    showTheme(theme) {
      document.documentElement.dataset.theme = theme;
    },
    prefersDark: () => dark.matches,
    onPrefersDark: (listener) => dark.addEventListener("change", listener),
    painted,
    focusNextRegion,
    openMenu: () =>
      document.activeElement?.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true })),
  };
}

/** A page that is not seen has no frames. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) resolve();
    // In the frame itself it is not drawn yet.
    else requestAnimationFrame(() => setTimeout(resolve));
  });
}

async function copy(text: string): Promise<boolean> {
  // Plain HTTP addresses other than localhost have no clipboard but that of the command.
  if (!navigator.clipboard) return copyByCommand(text);
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => copyByCommand(text),
  );
}

function copyByCommand(text: string): boolean {
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    // The canvas would copy its selected nodes.
    event.stopImmediatePropagation();
  };
  document.addEventListener("copy", put, { capture: true });
  try {
    return document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", put, { capture: true });
  }
}

/** Tab does not lead out of the canvas, so a key goes from bar to canvas to panel. */
function focusNextRegion(): void {
  const regions = [".top-bar .title", ".canvas-area", ".tabs [aria-selected=true]"];
  const inside = [".top-bar", ".canvas", ".side"].findIndex((region) => document.activeElement?.closest(region));
  document.querySelector<HTMLElement>(regions[(inside + 1) % regions.length]!)?.focus({ preventScroll: true });
}
