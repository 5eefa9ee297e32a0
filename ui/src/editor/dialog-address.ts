import type { ScreenState } from "./screen.ts";

/** What is open of the dialogs. */
export type OpenDialog = Pick<ScreenState, "dialog" | "about">;

/** The path of the page with that dialog open, `/DIALOG` or `/DIALOG/ABOUT`; the page's own without one. */
export function addressOfDialog({ dialog, about }: OpenDialog): string {
  return `/${[dialog, about].flatMap((part) => (part === undefined ? [] : encodeURIComponent(part))).join("/")}`;
}

/** The dialog that a path opens, if it is one of those. */
export function dialogAt(path: string, dialogs: readonly string[]): OpenDialog | undefined {
  const parts = /^\/([a-z-]{1,40})(?:\/([^/]{1,400}))?\/?$/.exec(path);
  const [, dialog, about] = parts ?? [];
  if (dialog === undefined || !dialogs.includes(dialog)) return undefined;
  try {
    return { dialog, ...(about !== undefined && { about: decodeURIComponent(about) }) };
  } catch {
    // Not what `encodeURIComponent` makes: an address that somebody has cut short.
    return { dialog };
  }
}
