import { type Problem, readDocument, validate, type WorkflowJson } from "@clipwork/engine";
import { emptyWorkflow } from "../document/edit.ts";
import { begin, type History, redo, seal, step, undo } from "../document/history.ts";
import { environmentFor, type Offer, offer } from "./catalogue.ts";
import { createStore } from "./store.ts";

/** Where the server keeps the document. */
export type Saved = { readonly id: string; readonly revision: number; readonly document: WorkflowJson };

/** The document that is being edited. All that changes it goes through here, so that all of it can be undone. */
export type Editor = {
  readonly history: History<WorkflowJson>;
  readonly selection: ReadonlySet<string>;
  readonly saved?: Saved;
  /** Grows when another document is opened: the canvas then shows all of it. */
  readonly opened: number;
};

const nothing: ReadonlySet<string> = new Set();

export const editor = createStore<Editor>({ history: begin(emptyWorkflow), selection: nothing, opened: 0 });

/** The document as it is now. */
export function workflow(): WorkflowJson {
  return editor.get().history.present;
}

/** Changes the document. Changes in a row with one `joins` are undone together. */
export function edit(change: (workflow: WorkflowJson) => WorkflowJson, joins?: string): void {
  editor.set((now) => withHistory(now, step(now.history, change(now.history.present), joins)));
}

/** Ends a series of joined changes: the next one is a step of its own. */
export function sealEdit(): void {
  editor.set((now) => withHistory(now, seal(now.history)));
}

/** Takes the last change back. */
export function undoEdit(): void {
  editor.set((now) => withHistory(now, undo(now.history)));
}

/** Does again what was taken back last. */
export function redoEdit(): void {
  editor.set((now) => withHistory(now, redo(now.history)));
}

/** Chooses nodes. */
export function select(ids: Iterable<string>): void {
  editor.set((now) => {
    const selection = new Set(ids);
    const same = selection.size === now.selection.size && [...selection].every((id) => now.selection.has(id));
    return same ? now : { ...now, selection };
  });
}

/** Opens a document in place of the one there is. Nothing of it is run. */
export function openWorkflow(document: WorkflowJson, saved?: Saved): void {
  editor.set(({ opened }) => ({
    history: begin(document),
    selection: nothing,
    opened: opened + 1,
    ...(saved ? { saved } : {}),
  }));
}

/** Remembers that the server has the document. */
export function markSaved(saved: Saved): void {
  editor.set((now) => ({ ...now, saved }));
}

function withHistory(now: Editor, history: History<WorkflowJson>): Editor {
  if (history === now.history) return now;
  const { nodes } = history.present;
  const gone = [...now.selection].some((id) => !Object.hasOwn(nodes, id));
  const selection = gone ? new Set([...now.selection].filter((id) => Object.hasOwn(nodes, id))) : now.selection;
  return { ...now, history, selection };
}

/** What is wrong with the document: of the whole, and of its nodes. */
export type Problems = {
  readonly all: readonly Problem[];
  readonly byNode: ReadonlyMap<string, readonly Problem[]>;
};

export const problems = createStore<Problems>({ all: [], byNode: new Map() });

let checked: { nodes: unknown; exposed: unknown; offer: unknown } | undefined;

function check(): void {
  const present = workflow();
  const now = { nodes: present.nodes, exposed: present.exposed, offer: offer.get() };
  if (checked && checked.nodes === now.nodes && checked.exposed === now.exposed && checked.offer === now.offer) return;
  checked = now;
  const all = now.offer.catalogue.size === 0 ? [] : problemsOf(present, now.offer);
  const before = problems.get().byNode;
  const byNode = new Map<string, readonly Problem[]>();
  for (const problem of all)
    if (problem.node !== undefined) byNode.set(problem.node, [...(byNode.get(problem.node) ?? []), problem]);
  // A node whose problems are the same keeps the same list, so that it is not drawn again.
  for (const [id, list] of byNode) {
    const known = before.get(id);
    if (known && JSON.stringify(known) === JSON.stringify(list)) byNode.set(id, known);
  }
  problems.set({ all, byNode });
}

function problemsOf(workflow: WorkflowJson, now: Offer): readonly Problem[] {
  const { document, problems } = readDocument(workflow);
  return document ? validate(document, environmentFor(document, now)).problems : problems;
}

editor.listen(check);
offer.listen(check);
