import { moveNodes, placeOf } from "../document/edit.ts";
import { canvas, focusNode } from "../graph/canvas-store.ts";
import { duplicateChosen, removeChosen, toggleMode } from "./actions.ts";
import { edit, editor, redoEdit, sealEdit, select, undoEdit, workflow } from "./editor.ts";
import { saveWorkflow } from "./files.ts";
import { cancelRun, running, runs, submitRun } from "./runs.ts";
import { toggleTheme } from "./theme.ts";
import { focusField, show, ui } from "./ui.ts";

/** Something that a key does. `Ctrl` is also the Mac's command key. */
export type Command = {
  readonly group: (typeof groups)[number];
  readonly label: string;
  readonly keys: readonly string[];
  /** Works while a text is being typed too. */
  readonly always?: boolean;
  run(): void;
};

export const groups = ["Run", "Edit", "Canvas", "Workflow"] as const;

export const commands: readonly Command[] = [
  { group: "Run", label: "Run", keys: ["Ctrl+Enter"], always: true, run: () => void submitRun() },
  { group: "Run", label: "Run to the chosen node", keys: ["Ctrl+Shift+Enter"], always: true, run: runToChosen },
  {
    group: "Run",
    label: "Cancel",
    keys: ["Ctrl+Alt+Enter"],
    always: true,
    run: () => running(runs.get()) && void cancelRun(),
  },
  { group: "Edit", label: "Undo", keys: ["Ctrl+Z"], always: true, run: undoEdit },
  { group: "Edit", label: "Redo", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], always: true, run: redoEdit },
  { group: "Edit", label: "Copy, cut, paste", keys: ["Ctrl+C / X / V"], run: () => {} },
  { group: "Edit", label: "Duplicate", keys: ["Ctrl+D"], run: duplicateChosen },
  { group: "Edit", label: "Remove", keys: ["Delete", "Backspace"], run: removeChosen },
  { group: "Edit", label: "Mute", keys: ["Ctrl+M"], run: () => toggleMode("mute") },
  { group: "Edit", label: "Bypass", keys: ["Ctrl+B"], run: () => toggleMode("bypass") },
  { group: "Edit", label: "Choose all", keys: ["Ctrl+A"], run: () => select(Object.keys(workflow().nodes)) },
  { group: "Canvas", label: "Add a node", keys: ["Tab"], run: searchInMiddle },
  { group: "Canvas", label: "Show everything", keys: ["."], run: () => void canvas.get().view?.fit() },
  { group: "Canvas", label: "Zoom in", keys: ["+", "="], run: () => void canvas.get().view?.zoomBy(1.25) },
  { group: "Canvas", label: "Zoom out", keys: ["-"], run: () => void canvas.get().view?.zoomBy(0.8) },
  { group: "Canvas", label: "To the next node", keys: ["Arrow keys"], run: () => {} },
  { group: "Canvas", label: "Move the chosen nodes", keys: ["Alt+Arrow keys"], run: () => {} },
  { group: "Canvas", label: "To the node's fields", keys: ["Enter"], run: editChosen },
  { group: "Canvas", label: "Bar, canvas, panel in turn", keys: ["F6"], always: true, run: nextRegion },
  { group: "Canvas", label: "Choose nothing", keys: ["Escape"], run: letGo },
  { group: "Workflow", label: "Save", keys: ["Ctrl+S"], always: true, run: () => void saveWorkflow() },
  { group: "Workflow", label: "Open", keys: ["Ctrl+O"], always: true, run: () => show({ dialog: "open" }) },
  { group: "Workflow", label: "Templates", keys: ["T"], run: () => show({ dialog: "templates" }) },
  { group: "Workflow", label: "Details, runs, outline", keys: ["1 / 2 / 3"], run: () => {} },
  { group: "Workflow", label: "Light or dark", keys: ["D"], run: toggleTheme },
  { group: "Workflow", label: "This sheet", keys: ["?"], run: () => show({ dialog: "shortcuts" }) },
];

function runToChosen(): void {
  const { selection } = editor.get();
  if (selection.size > 0) void submitRun([...selection]);
}

function searchInMiddle(): void {
  const area = document.querySelector(".canvas-area")!.getBoundingClientRect();
  const at = { x: area.x + area.width / 2 - 160, y: area.y + area.height / 4 };
  const place = canvas.get().view?.canvasPoint(at.x, at.y) ?? at;
  show({ search: { at, place } });
}

function editChosen(): void {
  const [id] = editor.get().selection;
  const field = id === undefined ? undefined : document.querySelector(".side-body [id^='field:']")?.id.split(":")[2];
  if (id !== undefined && field !== undefined) focusField(id, field);
}

function letGo(): void {
  select([]);
  show({ link: undefined, search: undefined });
}

const sides = ["node", "runs", "outline"] as const;
const directions: { readonly [key: string]: readonly [number, number] } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Listens to keys from now on. */
export function startKeys(): void {
  // Leaving a field ends its series of changes, so that undo takes back one field at a time.
  addEventListener("focusout", sealEdit);
  addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const typing = target.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea, select");
    const { dialog, look, compare, search } = ui.get();
    if (search || ((dialog || look || compare) && !event.ctrlKey)) return;
    const pressed = nameOf(event);
    const command = commands.find(({ keys }) => keys.includes(pressed));
    if (
      command &&
      (!typing || command.always) &&
      !(pressed === "Tab" && !onCanvas(target)) &&
      !ownKey(target, pressed)
    ) {
      event.preventDefault();
      command.run();
    } else if (!typing && directions[event.key] && onCanvas(target)) arrow(event);
    else if (!typing && sides[Number(event.key) - 1] && !event.ctrlKey) show({ side: sides[Number(event.key) - 1]! });
  });
}

/** Tab searches where the canvas or a node has the focus; elsewhere it goes on to the next control as ever. */
function onCanvas(target: HTMLElement): boolean {
  return target.matches(".node, .canvas-area");
}

/** Gives the focus to the next of bar, canvas and panel: Tab does not lead out of the canvas. */
function nextRegion(): void {
  const regions = [".top-bar .title", ".canvas-area", ".tabs [aria-selected=true]"];
  const inside = [".top-bar", ".canvas", ".side"].findIndex((region) => document.activeElement?.closest(region));
  document.querySelector<HTMLElement>(regions[(inside + 1) % regions.length]!)?.focus({ preventScroll: true });
}

/** Enter and Space on a button are the button's. */
function ownKey(target: HTMLElement, pressed: string): boolean {
  return pressed === "Enter" && target.closest("button, a, summary") !== null;
}

function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const name = key.length === 1 ? key.toUpperCase() : key;
  const held = [(ctrlKey || metaKey) && "Ctrl", altKey && "Alt", shiftKey && /^([A-Z]|.{2,})$/.test(name) && "Shift"];
  return [...held.filter(Boolean), name].join("+");
}

function arrow(event: KeyboardEvent): void {
  const [dx, dy] = directions[event.key]!;
  const { selection } = editor.get();
  event.preventDefault();
  if (event.altKey) {
    const places = new Map(
      [...selection].map((id) => {
        const { x, y } = placeOf(workflow(), id);
        return [id, { x: x + 16 * dx, y: y + 16 * dy }] as const;
      }),
    );
    edit((now) => moveNodes(now, places), "move by keys");
    return;
  }
  const next = nearest((event.target as HTMLElement).dataset.id ?? [...selection][0], dx, dy);
  if (next === undefined) return;
  select([next]);
  focusNode(next);
  reveal(next);
}

/** The node that lies nearest in a direction; any node where none is chosen. */
function nearest(from: string | undefined, dx: number, dy: number): string | undefined {
  const ids = Object.keys(workflow().nodes);
  if (from === undefined || !ids.includes(from)) return ids[0];
  const here = placeOf(workflow(), from);
  let best: { id: string; far: number } | undefined;
  for (const id of ids) {
    const { x, y } = placeOf(workflow(), id);
    const along = (x - here.x) * dx + (y - here.y) * dy;
    const aside = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
    const far = along + 2 * aside;
    if (id !== from && along > 0 && (!best || far < best.far)) best = { id, far };
  }
  return best?.id;
}

/** Moves the canvas just as far as it takes to see the node. */
function reveal(id: string): void {
  const area = document.querySelector(".canvas-area")!.getBoundingClientRect();
  const card = document.querySelector(`.node[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect();
  if (!card) return;
  const x = Math.max(0, area.left + 16 - card.left) - Math.max(0, card.right - area.right + 16);
  const y = Math.max(0, area.top + 16 - card.top) - Math.max(0, card.bottom - area.bottom + 16);
  if (x !== 0 || y !== 0) void canvas.get().view?.panBy(x, y);
}
