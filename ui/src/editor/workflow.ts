import { type WorkflowJson, writtenTitle } from "@clipwork/engine";
import type { Transform } from "../canvas/geometry.ts";
import { emptyWorkflow } from "../document/edit.ts";
import { begin, type History, redo, seal, step, undo } from "../document/history.ts";
import {
  definitionAt,
  levelOf,
  type Path,
  prefixOf,
  type Rounds,
  runPrefix,
  validPath,
  withLevel,
} from "../document/levels.ts";
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
  /** What of it was open when it was left; absent if it was the document itself. */
  readonly path?: Path;
  /** What the canvas showed of each level when that was left, by the level's prefix. */
  readonly cameras?: ReadonlyMap<string, Transform>;
};

/** Inside a subgraph the present of `history` is what is inside: what the canvas shows and edits. */
export type WorkflowState = OpenDocument & {
  /** Increases when another document or subgraph is opened: the canvas then shows all of it. */
  readonly opened: number;
  /** The whole document, whatever is open of it. */
  readonly whole: WorkflowJson;
  /** The instances that were opened, each inside the one before. */
  readonly path: Path;
  /** The rounds of loops that were chosen to be looked at. */
  readonly chosen: Rounds;
  /** The rounds of loops that are looked at: those chosen, and those noted by `reach`. */
  readonly rounds: Rounds;
  /** What the ids of the nodes on the canvas begin with in runs, problems and forecasts. */
  readonly prefix: string;
  /** What the canvas showed of what is open when it was left last; absent if it was never shown. */
  readonly camera?: Transform;
};

/** The workflow being edited. Every change goes through `edit`, so every change can be undone. */
export type OpenWorkflow = Readable<WorkflowState> & {
  /** What is open on the canvas as it is now: the document, or what is inside a subgraph. */
  present(): WorkflowJson;
  /** The whole document as it is now. */
  whole(): WorkflowJson;
  /** Changes the whole document, as `edit` changes what is open. */
  editWhole(change: (whole: WorkflowJson) => WorkflowJson, joins?: string): void;
  /** Opens what the path leads to, as far as it leads into subgraphs. */
  enter(path: Path): void;
  /** Chooses the round of a loop that is looked at inside it. `loop` leads to the loop. */
  lookAt(loop: Path, round: number): void;
  /** Notes the rounds of loops that are looked at without having been chosen. */
  reach(rounds: Rounds): void;
  /** Changes what is open. Consecutive changes with the same `joins` are undone together. */
  edit(change: (workflow: WorkflowJson) => WorkflowJson, joins?: string): void;
  /** Ends a series of joined changes: the next one is a step of its own. */
  seal(): void;
  undo(): void;
  redo(): void;
  /** Selects these nodes and notes and no others. */
  select(ids: Iterable<string>, notes?: Iterable<string>): void;
  /** The document in front as a tab keeps it: with what is open of it and where the canvas stands. */
  left(): OpenDocument;
  /** Puts a document in place of the current one, and opens what of it was open. Runs nothing. */
  open(document: OpenDocument): void;
  /** Notes what the server has of the document, and its id there if that is another now. */
  markSaved(saved: Saved, id?: string): void;
};

const nothing: ReadonlySet<string> = new Set();

/** A document that nobody has edited yet, under an id that is new or that of the server. */
export function untouched(id: string, document: WorkflowJson, saved?: Saved): OpenDocument {
  return { id, history: begin(document), selection: nothing, ...(saved ? { saved } : {}) };
}

/** What is true of the document in front; the rest of its state follows. */
type Open = {
  readonly document: OpenDocument;
  readonly opened: number;
  readonly path: Path;
  readonly chosen: Rounds;
  readonly reached: Rounds;
};

const noRounds: Pick<Open, "chosen" | "reached"> = { chosen: {}, reached: {} };

/** Starts with an empty workflow. `cameraOf`: where the canvas stands in what was opened as that number. */
export function createOpenWorkflow(
  cameraOf: (opened: number) => Transform | undefined = () => undefined,
): OpenWorkflow {
  const { get, set, listen } = createStore<WorkflowState>(
    stateOf({ document: untouched("", emptyWorkflow), opened: 0, path: [], ...noRounds }),
  );
  const change = (next: (now: Open) => Open) => set((now) => stateOf(next(openOf(now)), now));

  /** What was open is left for another level of the document: the canvas comes back to where it was. */
  function leaving(now: Open, next: Open): Open {
    const camera = next.opened === now.opened ? undefined : cameraOf(now.opened);
    return camera ? { ...next, document: withCamera(next.document, now.path, camera) } : next;
  }
  const go = (next: (now: Open) => Open) => change((now) => leaving(now, next(now)));
  const stepTo = (next: (now: Open) => WorkflowJson, joins?: string) =>
    go((now) => withHistory(now, step(now.document.history, next(now), joins)));
  return {
    get,
    listen,
    present: () => get().history.present,
    whole: () => get().whole,
    edit: (edit, joins) =>
      stepTo(({ document, path }) => {
        const whole = document.history.present;
        const level = levelOf(whole, path);
        const next = edit(level);
        return next === level ? whole : withLevel(whole, path, next);
      }, joins),
    editWhole: (edit, joins) => stepTo(({ document }) => edit(document.history.present), joins),
    seal: () => change((now) => withHistory(now, seal(now.document.history))),
    undo: () => go((now) => turned(now, undo(now.document.history))),
    redo: () => go((now) => turned(now, redo(now.document.history))),
    enter: (path) =>
      go((now) => {
        const { document } = now;
        const valid = validPath(document.history.present, path);
        if (valid.join("/") === now.path.join("/")) return now;
        return { ...now, document: withSelection(document, nothing, nothing), opened: now.opened + 1, path: valid };
      }),
    lookAt: (loop, round) => change((now) => ({ ...now, chosen: { ...now.chosen, [loop.join("/")]: round } })),
    reach: (reached) =>
      change((now) => (hasSameRounds(reached, { ...now.reached, ...now.chosen }) ? now : { ...now, reached })),
    select: (ids, notes = []) =>
      change((now) => {
        const document = withSelection(now.document, new Set(ids), new Set(notes));
        return document === now.document ? now : { ...now, document };
      }),
    left() {
      const { document, opened, path } = openOf(get());
      const { path: _, ...rest } = document;
      const camera = cameraOf(opened);
      return { ...(camera ? withCamera(rest, path, camera) : rest), ...(path.length > 0 && { path }) };
    },
    open: ({ path = [], ...document }) =>
      change(({ opened }) => {
        const { present } = document.history;
        const valid = validPath(present, path);
        const kept = valid.length < path.length ? withSelection(document, nothing, nothing) : document;
        return { document: kept, opened: opened + 1, path: valid, ...noRounds };
      }),
    markSaved: (saved, id) =>
      change((now) => ({ ...now, document: { ...now.document, saved, id: id ?? now.document.id } })),
  };
}

const opens = new WeakMap<WorkflowState, Open>();

function openOf(state: WorkflowState): Open {
  return opens.get(state)!;
}

/** The state of what is open; the same object if that is what it was. */
function stateOf(now: Open, before?: WorkflowState): WorkflowState {
  if (before && openOf(before) === now) return before;
  const { document, opened, path, chosen } = now;
  const { history } = document;
  const present = levelOf(history.present, path);
  const camera = document.cameras?.get(prefixOf(path));
  const rounds = { ...now.reached, ...chosen };
  const state = {
    ...document,
    ...{ opened, path, chosen, rounds, prefix: runPrefix(history.present, path, rounds), whole: history.present },
    ...(camera && { camera }),
    history: present === history.present ? history : { ...history, present },
  };
  opens.set(state, now);
  return state;
}

function hasSameRounds(a: Rounds, b: Rounds): boolean {
  const loops = Object.keys({ ...a, ...b });
  return loops.every((loop) => a[loop] === b[loop]);
}

/** The id of a node on the canvas in the graph that runs: in runs, problems, forecasts and what is kept. */
export function runIdOf({ prefix }: Pick<WorkflowState, "prefix">, id: string): string {
  return prefix + id;
}

/** The document as a tab has it, whatever is open of it. */
export function documentOf(state: WorkflowState): OpenDocument {
  return openOf(state).document;
}

function withCamera(document: OpenDocument, path: Path, camera: Transform): OpenDocument {
  return { ...document, cameras: new Map([...(document.cameras ?? []), [prefixOf(path), camera]]) };
}

/** Nodes and notes that are no longer there are no longer selected, and a subgraph that is gone is left. */
function withHistory(now: Open, history: History<WorkflowJson>): Open {
  const { document } = now;
  if (history === document.history) return now;
  const path = validPath(history.present, now.path);
  const left = path.length < now.path.length;
  const { nodes, notes = {} } = levelOf(history.present, path);
  const selection = [...document.selection].filter((id) => !left && Object.hasOwn(nodes, id));
  const kept = [...(document.selectedNotes ?? [])].filter((id) => !left && Object.hasOwn(notes, id));
  return {
    ...now,
    document: withSelection({ ...document, history }, new Set(selection), new Set(kept)),
    opened: now.opened + (left ? 1 : 0),
    path: left ? path : now.path,
  };
}

/** A set with the same members stays the same object. */
function withSelection(now: OpenDocument, nodes: ReadonlySet<string>, notes: ReadonlySet<string>): OpenDocument {
  const { selectedNotes = nothing, ...rest } = now;
  const selection = isSame(nodes, now.selection) ? now.selection : nodes;
  const noted = isSame(notes, selectedNotes) ? selectedNotes : notes;
  if (selection === now.selection && noted === selectedNotes) return now;
  return { ...rest, selection, ...(noted.size > 0 && { selectedNotes: noted }) };
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

/** What undo and redo change is seen: if nothing of what is open changes, what is around it is shown that does, else the document. */
function turned(now: Open, history: History<WorkflowJson>): Open {
  const next = withHistory(now, history);
  const [before, after] = [now.document.history.present, history.present];
  if (next.path !== now.path || hasSameContent(before, after)) return next;
  const inside = (whole: WorkflowJson, path: Path) => definitionAt(whole, path)?.definition;
  let path = next.path;
  while (path.length > 0 && inside(before, path) === inside(after, path)) path = path.slice(0, -1);
  if (path.length === next.path.length) return next;
  return { ...next, document: withSelection(next.document, nothing, nothing), opened: next.opened + 1, path };
}

/** Whether two states of a document differ at most in its title, which is seen everywhere. */
function hasSameContent({ meta: _, ...before }: WorkflowJson, { meta: __, ...after }: WorkflowJson): boolean {
  const keys = Object.keys({ ...before, ...after }) as (keyof typeof before)[];
  return keys.every((key) => before[key] === after[key]);
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
  return writtenTitle(meta)?.trim() || "Untitled";
}
