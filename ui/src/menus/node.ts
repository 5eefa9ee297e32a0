import { isBoundary } from "../document/levels.ts";
import { sweepable } from "../document/sweep.ts";
import type { Editor } from "../editor/create-editor.ts";
import { whyNot } from "../editor/offer.ts";
import { clipboardEntries } from "./clipboard.ts";
import { dataOf, type Entries, type Entry, type MenuKind, type Tools } from "./menu-kind.ts";

/** A node, or all selected nodes if it is one of them. */
export const nodeMenu: MenuKind = {
  id: "node",
  on: { selector: ".node, .outline [data-id]", about: (element) => dataOf(element, "id") },
  opening(id, { workflow }) {
    if (!workflow.get().selection.has(id)) workflow.select([id]);
  },
  label(id, { workflow, naming }) {
    const { size } = workflow.get().selection;
    return size > 1 ? `${size} nodes` : naming.get().name(id);
  },
  entries: (id, tools) => (tools.editor.workflow.get().selection.size > 1 ? several(tools) : single(id, tools)),
};

function single(id: string, tools: Tools): Entries {
  const { command, editor } = tools;
  return [
    [
      { ...command("Run to the selected node"), label: "Run to here", refused: refusedRun([id], editor) },
      { ...command("To the node's fields"), label: "Change its parameters" },
      command("Link the node"),
      ...sweepEntries(id, editor),
    ],
    [...clipboardEntries(tools), command("Duplicate")],
    [command("Rename"), command("Collapse"), command("Group")],
    modes(tools),
    editor.subgraphs.definitionOf(id)
      ? [command("Open the subgraph"), command("Repeat in rounds"), command("Unpack the subgraph")]
      : [command("Make a subgraph"), command("Repeat in rounds")],
    [command("Remove")],
  ];
}

/** The sweep of a node: its seed is asked for first, and the dialog offers all others. */
function sweepEntries(id: string, { workflow, offer, screen }: Editor): Entry[] {
  const { catalogue } = offer.get();
  if (!catalogue.has("image.sweep-grid")) return [];
  const ends = sweepable(workflow.present(), catalogue).filter(({ node }) => node === id);
  const kindOf = (port: string) => catalogue.get(workflow.present().nodes[id]!.type)?.params[port]?.kind;
  const sweep = ends.find(({ port }) => kindOf(port) === "seed") ?? ends[0];
  return sweep ? [{ label: "Sweep…", run: () => screen.show({ sweep }) }] : [];
}

function several(tools: Tools): Entries {
  const { command, editor } = tools;
  const { selection } = editor.workflow.get();
  return [
    [{ ...command("Run to the selected node"), label: "Run to these", refused: refusedRun(selection, editor) }],
    [...clipboardEntries(tools), command("Duplicate")],
    ["left", "centres", "right", "top", "middles", "bottom"].map((to) => command(`Align ${to}`)),
    ["Same gaps from left to right", "Same gaps from top to bottom"].map((label) => ({
      ...command(label),
      refused: selection.size < 3 ? "Select three nodes or more." : undefined,
    })),
    [command("Group"), command("Collapse")],
    modes(tools),
    [command("Make a subgraph"), command("Repeat in rounds")],
    [command("Remove")],
  ];
}

/** Whether the selected nodes run. */
export function modes({ command, editor }: Tools): Entry[] {
  const { workflow } = editor;
  const { nodes } = workflow.present();
  const chosen = [...workflow.get().selection].filter((id) => !isBoundary(nodes[id]?.type ?? ""));
  const all = (mode: string) => chosen.length > 0 && chosen.every((id) => nodes[id]?.mode === mode);
  return [
    { ...command("Mute"), checked: all("mute") },
    { ...command("Bypass"), checked: all("bypass") },
  ];
}

/** Why a run cannot end at these nodes. */
export function refusedRun(ids: Iterable<string>, { workflow, offer }: Editor): string | undefined {
  const unheard = whyNot(offer.get(), "run");
  if (unheard !== undefined) return unheard;
  const nodes = [...ids].filter((id) => !isBoundary(workflow.present().nodes[id]?.type ?? ""));
  if (nodes.length === 0) return "The sides of a subgraph do not run by themselves.";
  const known = nodes.every((id) => offer.get().catalogue.has(workflow.present().nodes[id]?.type ?? ""));
  return known ? undefined : "This server does not know this type of node.";
}
