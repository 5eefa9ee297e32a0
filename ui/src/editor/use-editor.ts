import type { AccessReply } from "@clipwork/server/wire";
import { createContext, use, useSyncExternalStore } from "react";
import type { Editor } from "./create-editor.ts";
import { whyNot } from "./offer.ts";
import type { Readable } from "./store.ts";

/** The editor that the components below draw. */
export const EditorContext = createContext<Editor | undefined>(undefined);

/** The editor of this page. Throws outside an `EditorContext`. */
export function useEditor(): Editor {
  const editor = use(EditorContext);
  if (!editor) throw new Error("A component of the editor stands outside its EditorContext.");
  return editor;
}

/** What the editor's page and a workflow's form have in common: all that fields, views and messages use. */
export type Page = Pick<
  Editor,
  "workflow" | "offer" | "problems" | "naming" | "runs" | "frames" | "messages" | "theme" | "artifact" | "copy"
> & {
  readonly randomSeed: () => number;
  readonly files: Pick<Editor["files"], "upload">;
  readonly screen: Pick<Editor["screen"], "get" | "listen" | "show">;
};

/** The page that the components below draw, unless an editor stands there. */
export const PageContext = createContext<Page | undefined>(undefined);

/** The page around a component: an editor, or a form. Throws outside both contexts. */
export function usePage(): Page {
  const form = use(PageContext);
  const editor = use(EditorContext);
  const page = form ?? editor;
  if (!page) throw new Error("A component stands outside the contexts of editor and form.");
  return page;
}

/**
 * What `select` returns of the store; the component is drawn again when that changes. `select` must not create new objects.
 */
export function useStore<S, T>(store: Readable<S>, select: (state: S) => T): T {
  const snapshot = () => select(store.get());
  return useSyncExternalStore(store.listen, snapshot, snapshot);
}

/** Why the page's token is not for what needs a scope: the title of a button that is disabled for it. Undefined if it is. */
export function useWhyNot(needs: AccessReply["scope"]): string | undefined {
  return useStore(usePage().offer, (now) => whyNot(now, needs));
}
