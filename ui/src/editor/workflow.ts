import type { WorkflowJson } from "@clipwork/engine";
import { emptyWorkflow } from "../document/edit.ts";
import { begin, type History, redo, seal, step, undo } from "../document/history.ts";
import { createStore, type Readable } from "./store.ts";

/** Where the server keeps the document. */
export type Saved = { readonly id: string; readonly revision: number; readonly document: WorkflowJson };

export type WorkflowState = {
  readonly history: History<WorkflowJson>;
  /** The selected nodes. */
  readonly selection: ReadonlySet<string>;
  readonly saved?: Saved;
  /** Increases when another document is opened: the canvas then shows all of it. */
  readonly opened: number;
};

/** The workflow being edited. Every change goes through `edit`, so every change can be undone. */
export type OpenWorkflow = Readable<WorkflowState> & {
  /** The document as it is now. */
  present(): WorkflowJson;
  /** Changes the document. Consecutive changes with the same `joins` are undone together. */
  edit(change: (workflow: WorkflowJson) => WorkflowJson, joins?: string): void;
  /** Ends a series of joined changes: the next one is a step of its own. */
  seal(): void;
  undo(): void;
  redo(): void;
  /** Selects these nodes and no others. */
  select(ids: Iterable<string>): void;
  /** Opens a document in place of the current one. Runs nothing. */
  open(document: WorkflowJson, saved?: Saved): void;
  /** Remembers that the server has the document. */
  markSaved(saved: Saved): void;
};

const nothing: ReadonlySet<string> = new Set();

/** Starts with an empty workflow. */
export function createOpenWorkflow(): OpenWorkflow {
  const { get, set, listen } = createStore<WorkflowState>({
    history: begin(emptyWorkflow),
    selection: nothing,
    opened: 0,
  });
  return {
    get,
    listen,
    present: () => get().history.present,
    edit: (change, joins) => set((now) => withHistory(now, step(now.history, change(now.history.present), joins))),
    seal: () => set((now) => withHistory(now, seal(now.history))),
    undo: () => set((now) => withHistory(now, undo(now.history))),
    redo: () => set((now) => withHistory(now, redo(now.history))),
    select: (ids) =>
      set((now) => {
        const selection = new Set(ids);
        const same = selection.size === now.selection.size && [...selection].every((id) => now.selection.has(id));
        return same ? now : { ...now, selection };
      }),
    open: (document, saved) =>
      set(({ opened }) => ({
        history: begin(document),
        selection: nothing,
        opened: opened + 1,
        ...(saved ? { saved } : {}),
      })),
    markSaved: (saved) => set((now) => ({ ...now, saved })),
  };
}

/** Nodes that the document no longer has are no longer selected. */
function withHistory(now: WorkflowState, history: History<WorkflowJson>): WorkflowState {
  if (history === now.history) return now;
  const { nodes } = history.present;
  const gone = [...now.selection].some((id) => !Object.hasOwn(nodes, id));
  const selection = gone ? new Set([...now.selection].filter((id) => Object.hasOwn(nodes, id))) : now.selection;
  return { ...now, history, selection };
}

/** Whether the server has the document as it is, an earlier state of it, or nothing. */
export function savedState({ history, saved }: WorkflowState): "saved" | "edited" | "not saved" {
  if (!saved) return "not saved";
  return saved.document === history.present ? "saved" : "edited";
}
