import { createContext, use, useSyncExternalStore } from "react";
import type { Editor } from "./create-editor.ts";
import type { Readable } from "./store.ts";

/** The editor that the components below draw. */
export const EditorContext = createContext<Editor | undefined>(undefined);

/** The editor of this page. Throws outside an `EditorContext`. */
export function useEditor(): Editor {
  const editor = use(EditorContext);
  if (!editor) throw new Error("A component of the editor stands outside its EditorContext.");
  return editor;
}

/**
 * What `select` returns of the store; the component is drawn again when that changes. `select` must not create new objects.
 */
export function useStore<S, T>(store: Readable<S>, select: (state: S) => T): T {
  const snapshot = () => select(store.get());
  return useSyncExternalStore(store.listen, snapshot, snapshot);
}
