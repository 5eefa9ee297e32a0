import type { WorkflowJson } from "@clipwork/engine";
import type { Transform } from "../canvas/geometry.ts";
import { emptyWorkflow } from "../document/edit.ts";
import { begin, type History, redo, seal, step, undo } from "../document/history.ts";
import { createStore, type Readable } from "./store.ts";

/** What of a document the server has. */
export type Saved = {
  /** Its newest revision; 0 before the first. */
  readonly revision: number;
  /** The document of that revision, if it is known. */
  readonly document?: WorkflowJson;
  /** What was sent and not confirmed: the newest revision may be one of them. */
  readonly sent?: readonly WorkflowJson[];
};

/** A document as a tab has it. */
export type OpenDocument = {
  /** Its id on the server, where it may not be yet. */
  readonly id: string;
  readonly history: History<WorkflowJson>;
  /** The selected nodes. */
  readonly selection: ReadonlySet<string>;
  /** The selected notes; absent if there are none. */
  readonly selectedNotes?: ReadonlySet<string>;
  /** Absent until it is to be kept on the server. */
  readonly saved?: Saved;
  /** What the canvas showed of it when it was left. */
  readonly camera?: Transform;
};

export type WorkflowState = OpenDocument & {
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
  /** Selects these nodes and notes and no others. */
  select(ids: Iterable<string>, notes?: Iterable<string>): void;
  /** Puts a document in place of the current one. Runs nothing. */
  open(document: OpenDocument): void;
  /** Notes what the server has of the document, and its id there if that is another now. */
  markSaved(saved: Saved, id?: string): void;
};

const nothing: ReadonlySet<string> = new Set();

/** A document that nobody has edited yet, under an id that is new or that of the server. */
export function untouched(id: string, document: WorkflowJson, saved?: Saved): OpenDocument {
  return { id, history: begin(document), selection: nothing, ...(saved ? { saved } : {}) };
}

/** Starts with an empty workflow. */
export function createOpenWorkflow(): OpenWorkflow {
  const { get, set, listen } = createStore<WorkflowState>({ ...untouched("", emptyWorkflow), opened: 0 });
  return {
    get,
    listen,
    present: () => get().history.present,
    edit: (change, joins) => set((now) => withHistory(now, step(now.history, change(now.history.present), joins))),
    seal: () => set((now) => withHistory(now, seal(now.history))),
    undo: () => set((now) => withHistory(now, undo(now.history))),
    redo: () => set((now) => withHistory(now, redo(now.history))),
    select: (ids, notes = []) => set((now) => withSelection(now, new Set(ids), new Set(notes))),
    open: (document) => set(({ opened }) => ({ ...document, opened: opened + 1 })),
    markSaved: (saved, id) => set((now) => ({ ...now, saved, id: id ?? now.id })),
  };
}

/** Nodes and notes that the document no longer has are no longer selected. */
function withHistory(now: WorkflowState, history: History<WorkflowJson>): WorkflowState {
  if (history === now.history) return now;
  const { nodes, notes = {} } = history.present;
  const selection = [...now.selection].filter((id) => Object.hasOwn(nodes, id));
  const kept = [...(now.selectedNotes ?? [])].filter((id) => Object.hasOwn(notes, id));
  return withSelection({ ...now, history }, new Set(selection), new Set(kept));
}

/** A set with the same members stays the same object. */
function withSelection(now: WorkflowState, nodes: ReadonlySet<string>, notes: ReadonlySet<string>): WorkflowState {
  const { selectedNotes = nothing, ...rest } = now;
  const selection = isSame(nodes, now.selection) ? now.selection : nodes;
  const noted = isSame(notes, selectedNotes) ? selectedNotes : notes;
  if (selection === now.selection && noted === selectedNotes) return now;
  return { ...rest, selection, ...(noted.size > 0 && { selectedNotes: noted }) };
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

/** Whether nobody has edited, saved or run the document, so that there is nothing to keep. */
export function isUntouched({ history, saved }: OpenDocument): boolean {
  return saved === undefined && history.past.length === 0 && history.future.length === 0;
}

/** Whether the server has the document as it is. */
export function isKept({ history, saved }: OpenDocument): boolean {
  return saved?.document === history.present;
}

/** What a document is called. */
export function titleOf({ meta }: WorkflowJson): string {
  return meta?.title?.trim() || "Untitled";
}
