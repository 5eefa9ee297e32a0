import { type NoteJson, presentationLimits, readNotes, type WorkflowJson } from "@clipwork/engine";

type Notes = ReadonlyMap<string, NoteJson>;

const read = new WeakMap<object, Notes>();
const none: Notes = new Map();

/** The notes of the workflow by id; the same map as long as they are the same. */
export function notesOf({ notes }: WorkflowJson): Notes {
  if (typeof notes !== "object" || notes === null) return none;
  const known = read.get(notes);
  if (known) return known;
  const now = readNotes(notes);
  read.set(notes, now);
  return now;
}

/** Whether nothing stands on the canvas: no node and no note. */
export function isBare(workflow: WorkflowJson): boolean {
  return Object.keys(workflow.nodes).length === 0 && notesOf(workflow).size === 0;
}

/** The workflow with the note added. */
export function addNote(workflow: WorkflowJson, id: string, note: NoteJson): WorkflowJson {
  return { ...workflow, notes: { ...workflow.notes, [id]: note } };
}

/** The workflow with the note changed, its numbers whole and within the limits; `undefined` takes the colour away. */
export function setNote(
  workflow: WorkflowJson,
  id: string,
  change: { readonly [K in keyof NoteJson]?: NoteJson[K] | undefined },
): WorkflowJson {
  const note = notesOf(workflow).get(id);
  if (!note) return workflow;
  const { text = note.text, x = note.x, y = note.y, width = note.width, height = note.height } = change;
  const { noteWidth, noteHeight, text: longest } = presentationLimits;
  const { colour: before, ...others } = { ...workflow.notes?.[id] };
  const colour = "colour" in change ? change.colour : before;
  const next: NoteJson = {
    ...others,
    text: text.slice(0, longest),
    x: Math.round(x),
    y: Math.round(y),
    width: Math.round(Math.min(noteWidth.most, Math.max(noteWidth.least, width))),
    height: Math.round(Math.min(noteHeight.most, Math.max(noteHeight.least, height))),
    ...(colour && { colour }),
  };
  return JSON.stringify(next) === JSON.stringify(workflow.notes?.[id]) ? workflow : addNote(workflow, id, next);
}

/** The workflow with the notes moved by as many canvas units. */
export function moveNotes(
  workflow: WorkflowJson,
  ids: Iterable<string>,
  by: { readonly x: number; readonly y: number },
): WorkflowJson {
  let moved = workflow;
  for (const id of ids) {
    const note = notesOf(moved).get(id);
    if (note) moved = setNote(moved, id, { x: note.x + by.x, y: note.y + by.y });
  }
  return moved;
}

/** The workflow without the notes. */
export function removeNotes(workflow: WorkflowJson, ids: ReadonlySet<string>): WorkflowJson {
  const kept = Object.entries(workflow.notes ?? {}).filter(([id]) => !ids.has(id));
  if (kept.length === Object.keys(workflow.notes ?? {}).length) return workflow;
  const { notes: _, ...rest } = workflow;
  return kept.length === 0 ? rest : { ...rest, notes: Object.fromEntries(kept) };
}
