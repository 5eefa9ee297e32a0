import type { AutosaveState } from "./autosave.ts";
import { isKept, isUntouched, type OpenDocument } from "./workflow.ts";

/** Where a document is kept. */
export type Standing = "untouched" | "saved" | "saving" | "browser" | "behind";

/** What the page says of each. */
export const standings: { readonly [standing in Standing]: { readonly word: string; readonly says: string } } = {
  untouched: { word: "", says: "Nobody has changed it yet" },
  saved: { word: "Saved", says: "The server has every change" },
  saving: { word: "Saving …", says: "On its way to the server" },
  browser: { word: "Only here", says: "Kept in this browser until the server takes it" },
  behind: { word: "Behind", says: "It was changed elsewhere since you opened it" },
};

/** Where an open document is kept now. */
export function standingOf(document: OpenDocument, { behind, refused }: AutosaveState, connected: boolean): Standing {
  if (behind.has(document.id)) return "behind";
  if (isUntouched(document)) return "untouched";
  if (isKept(document)) return "saved";
  return connected && !refused.has(document.id) ? "saving" : "browser";
}
