import type { Point } from "../canvas/geometry.ts";
import { isRunning } from "../editor/runs.ts";
import type { Screen } from "../editor/screen.ts";
import type { Command } from "./command.ts";

const directions: { readonly [key: string]: Point } = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const arrows = Object.keys(directions);

/** A panel or a dialog, as far as keys are concerned. */
type Keyed = { readonly id: string; readonly label: string; readonly key?: string };

/** Everything keys do, with a command for each panel and each dialog that has a key. */
export function commandsFor(panels: readonly Keyed[], dialogs: readonly Keyed[]): readonly Command[] {
  return [
    ...commands,
    ...dialogs.flatMap(({ id, label, key }) => opening(label, key, (screen) => screen.show({ dialog: id }))),
    ...panels.flatMap(({ id, label, key }) =>
      opening(label, key, (screen) => screen.show({ side: id, folded: undefined })),
    ),
  ];
}

/** Keys with Ctrl work while text is being typed too. */
function opening(label: string, key: string | undefined, open: (screen: Screen) => void): Command[] {
  if (key === undefined) return [];
  const always = key.startsWith("Ctrl+") ? { always: true as const } : {};
  return [{ group: "Workflow", label, keys: [key], ...always, run: ({ screen }) => open(screen) }];
}

const alignments = [
  ["Align left", "ArrowLeft", "left"],
  ["Align right", "ArrowRight", "right"],
  ["Align top", "ArrowUp", "top"],
  ["Align bottom", "ArrowDown", "bottom"],
  ["Align centres", "C", "centre"],
  ["Align middles", "M", "middle"],
] as const;

const commands: readonly Command[] = [
  { group: "Run", label: "Run", keys: ["Ctrl+Enter"], always: true, run: ({ runs }) => void runs.submit() },
  {
    group: "Run",
    label: "Run to the selected node",
    keys: ["Ctrl+Shift+Enter"],
    always: true,
    run: ({ runs, workflow }) => {
      const { selection } = workflow.get();
      if (selection.size > 0) void runs.submit([...selection]);
    },
  },
  {
    group: "Run",
    label: "Cancel",
    keys: ["Ctrl+Alt+Enter"],
    always: true,
    run: ({ runs }) => {
      if (isRunning(runs.get())) void runs.cancel();
    },
  },
  {
    group: "Edit",
    label: "Undo",
    keys: ["Ctrl+Z"],
    always: true,
    undoes: true,
    run: ({ workflow }) => workflow.undo(),
  },
  {
    group: "Edit",
    label: "Redo",
    keys: ["Ctrl+Shift+Z", "Ctrl+Y"],
    always: true,
    undoes: true,
    run: ({ workflow }) => workflow.redo(),
  },
  { group: "Edit", label: "Duplicate", keys: ["Ctrl+D"], run: ({ edits }) => edits.duplicateSelected() },
  { group: "Edit", label: "Remove", keys: ["Delete", "Backspace"], run: ({ edits }) => edits.removeSelected() },
  { group: "Edit", label: "Mute", keys: ["Ctrl+M"], run: ({ edits }) => edits.toggleMode("mute") },
  { group: "Edit", label: "Bypass", keys: ["Ctrl+B"], run: ({ edits }) => edits.toggleMode("bypass") },
  { group: "Edit", label: "Group", keys: ["Ctrl+G"], run: ({ looks }) => looks.group() },
  { group: "Edit", label: "Ungroup", keys: ["Ctrl+Shift+G"], run: ({ looks }) => looks.ungroup() },
  { group: "Edit", label: "Rename", keys: ["F2"], run: ({ looks }) => looks.rename() },
  { group: "Edit", label: "Collapse", keys: ["Shift+C"], run: ({ looks }) => looks.toggleCollapse() },
  { group: "Edit", label: "Add a note", keys: ["Shift+N"], run: ({ looks }) => looks.addNote() },
  { group: "Edit", label: "Make a subgraph", keys: ["Alt+G"], run: ({ subgraphs }) => subgraphs.make() },
  { group: "Edit", label: "Repeat in rounds", keys: ["Alt+R"], run: ({ subgraphs }) => subgraphs.repeat() },
  { group: "Edit", label: "Unpack the subgraph", keys: ["Alt+U"], run: ({ subgraphs }) => subgraphs.unpack() },
  { group: "Canvas", label: "Open the subgraph", keys: ["Alt+O"], run: ({ subgraphs }) => subgraphs.open() },
  { group: "Canvas", label: "Leave the subgraph", keys: ["Alt+L"], run: ({ subgraphs }) => subgraphs.leave() },
  {
    group: "Edit",
    label: "Select all",
    keys: ["Ctrl+A"],
    run: ({ workflow }) => {
      const { nodes, notes = {} } = workflow.present();
      workflow.select(Object.keys(nodes), Object.keys(notes));
    },
  },
  {
    group: "Canvas",
    label: "Add a node",
    keys: ["Tab"],
    onCanvas: true,
    run: ({ edits, screen }) => screen.show({ search: edits.placeForNew() }),
  },
  {
    group: "Canvas",
    label: "Link the node",
    keys: ["L"],
    onCanvas: true,
    run({ screen, workflow }, { node }) {
      const [first, ...more] = workflow.get().selection;
      const id = node ?? (more.length > 0 ? undefined : first);
      if (id === undefined) return;
      workflow.select([id]);
      screen.show({ menu: { kind: "sockets", about: id } });
    },
  },
  {
    group: "Canvas",
    label: "Menu of what has the focus",
    keys: ["Shift+F10", "ContextMenu"],
    run: ({ screen }) => screen.openMenu(),
  },
  { group: "Canvas", label: "Show everything", keys: ["."], run: ({ canvas }) => void canvas.get().view?.fit() },
  {
    group: "Canvas",
    label: "Arrange what is selected, or all",
    keys: ["Shift+A"],
    run: ({ arranging }) => void arranging.arrange(),
  },
  { group: "Canvas", label: "Zoom in", keys: ["+", "="], run: ({ canvas }) => void canvas.get().view?.zoomBy(1.25) },
  { group: "Canvas", label: "Zoom out", keys: ["-"], run: ({ canvas }) => void canvas.get().view?.zoomBy(0.8) },
  ...alignments.map(
    ([label, key, to]): Command => ({
      group: "Canvas",
      label,
      keys: [`Alt+Shift+${key}`],
      run: ({ edits }) => edits.align(to),
    }),
  ),
  {
    group: "Canvas",
    label: "Same gaps from left to right",
    keys: ["Alt+Shift+H"],
    run: ({ edits }) => edits.distribute("x"),
  },
  {
    group: "Canvas",
    label: "Same gaps from top to bottom",
    keys: ["Alt+Shift+V"],
    run: ({ edits }) => edits.distribute("y"),
  },
  { group: "Canvas", label: "Minimap", keys: ["Shift+M"], run: ({ minimap }) => minimap.toggle() },
  {
    group: "Canvas",
    label: "To the next node",
    keys: arrows,
    shown: "Arrow keys",
    onCanvas: true,
    run: ({ edits }, { key, node }) => edits.selectNext(directions[key]!, node),
  },
  {
    group: "Canvas",
    label: "Move the selected nodes",
    keys: arrows.map((key) => `Alt+${key}`),
    shown: "Alt+Arrow keys",
    onCanvas: true,
    run: ({ edits }, { key }) => edits.moveSelected(directions[key]!),
  },
  { group: "Canvas", label: "To the node's fields", keys: ["Enter"], run: ({ edits }) => edits.editSelected() },
  {
    group: "Canvas",
    label: "Bar, canvas, panel in turn",
    keys: ["F6"],
    always: true,
    run: ({ screen }) => screen.focusNextRegion(),
  },
  {
    group: "Canvas",
    label: "Select nothing",
    keys: ["Escape"],
    run: ({ workflow, screen }) => {
      workflow.select([]);
      screen.show({ link: undefined, search: undefined });
    },
  },
  {
    group: "Canvas",
    label: "Fold the panel",
    keys: ["\\"],
    run: ({ screen }) => screen.show({ folded: screen.get().folded ? undefined : true }),
  },
  { group: "Workflow", label: "New", keys: ["Alt+N"], always: true, run: ({ files }) => files.openNew() },
  { group: "Workflow", label: "Close", keys: ["Alt+W"], always: true, run: ({ files }) => void files.close() },
  { group: "Workflow", label: "Next tab", keys: ["Alt+PageDown"], always: true, run: ({ tabs }) => tabs.turn(1) },
  { group: "Workflow", label: "Previous tab", keys: ["Alt+PageUp"], always: true, run: ({ tabs }) => tabs.turn(-1) },
  { group: "Workflow", label: "Save", keys: ["Ctrl+S"], always: true, run: ({ files }) => void files.save() },
  { group: "Canvas", label: "Look closely, or close it", keys: ["V"], run: ({ viewer }) => viewer.toggle() },
  {
    group: "Workflow",
    label: "Light or dark",
    keys: ["D"],
    run({ theme, messages }) {
      theme.toggle();
      messages.settle("theme");
      messages.say(`The page is ${theme.get()} now.`, {
        more: "D changes it.",
        about: "theme",
        action: {
          label: "Undo",
          run() {
            theme.toggle();
            messages.settle("theme");
          },
        },
      });
    },
  },
];
