import {
  definitionIn,
  definitionOf,
  type GroupJson,
  instanceType,
  loopOf,
  type NodeJson,
  type NoteJson,
  subgraphFile,
  takeDefinition,
  type WorkflowJson,
} from "@clipwork/engine";
import { endOf, newId, placeOf } from "./edit.ts";
import { groupsOf } from "./groups.ts";
import { addNote, notesOf } from "./notes.ts";

const nothing: ReadonlySet<string> = new Set();

/** Copied nodes with the groups that are whole among them, and notes: a small workflow, so that the clipboard holds the project's one format. */
export function copyNodes(
  workflow: WorkflowJson,
  ids: ReadonlySet<string>,
  notes: ReadonlySet<string> = nothing,
): WorkflowJson {
  const selected = Object.entries(workflow.nodes).filter(([id]) => ids.has(id));
  const groups = [...groupsOf(workflow)].filter(([, { members }]) => members.every((member) => ids.has(member)));
  const noted = [...notesOf(workflow)].filter(([id]) => notes.has(id));
  return {
    format: "clipwork/1",
    nodes: Object.fromEntries(selected),
    layout: Object.fromEntries(selected.map(([id]) => [id, placeOf(workflow, id)])),
    ...(groups.length > 0 && { groups: Object.fromEntries(groups) }),
    ...(noted.length > 0 && { notes: Object.fromEntries(noted) }),
    ...(workflow.definitions &&
      selected.some(([, { type }]) => definitionOf(type)) && { definitions: workflow.definitions }),
  };
}

/** What was pasted: the workflow, and the new ids of nodes and notes. */
export type Pasted = {
  readonly workflow: WorkflowJson;
  readonly ids: readonly string[];
  readonly notes: readonly string[];
};

/**
 * Adds copied nodes, groups and notes under new ids. Links among the nodes lead to the copies; links from other nodes stay if those nodes
 * exist, and are dropped if not.
 */
export function pasteNodes(
  workflow: WorkflowJson,
  copied: WorkflowJson,
  offset: { readonly x: number; readonly y: number },
): Pasted {
  const names = new Map<string, string>();
  const taken: { [id: string]: unknown } = { ...workflow.nodes };
  const given = new Map<string, number>();
  for (const [id, { type }] of Object.entries(copied.nodes)) {
    const name = Object.hasOwn(taken, id) ? newId(type, taken, given) : id;
    names.set(id, name);
    taken[name] = true;
  }
  const nodes: { [id: string]: NodeJson } = { ...workflow.nodes };
  const layout: { [id: string]: unknown } = { ...workflow.layout };
  let taking = workflow;
  const types = new Map<string, string>();
  /** An instance brings its definition along, unless the workflow has the same. Each is taken once, however many instances there are. */
  const takeInstance = (node: NodeJson): NodeJson => {
    if (!types.has(node.type)) {
      const taken = takeDefinition(taking, subgraphFile(copied, definitionOf(node.type)!))!;
      taking = taken.workflow;
      types.set(node.type, instanceType(taken.definition, loopOf(node.type)));
    }
    return { ...node, type: types.get(node.type)! };
  };
  for (const [id, name] of names) {
    const found = copied.nodes[id];
    if (!found) continue;
    const node = definitionIn(copied, found.type) ? takeInstance(found) : found;
    const { x, y, ...rest } = placeOf(copied, id);
    nodes[name] = relink(node, names, workflow);
    layout[name] = { ...rest, x: Math.round(x + offset.x), y: Math.round(y + offset.y) };
  }
  let pasted = pasteGroups({ ...taking, nodes, layout }, copied, names);
  const notes: string[] = [];
  for (const note of notesOf(copied).values()) {
    const id = newId("note", pasted.notes ?? {});
    const at: NoteJson = { ...note, x: Math.round(note.x + offset.x), y: Math.round(note.y + offset.y) };
    pasted = addNote(pasted, id, at);
    notes.push(id);
  }
  return { workflow: pasted, ids: [...names.values()], notes };
}

function pasteGroups(workflow: WorkflowJson, copied: WorkflowJson, names: ReadonlyMap<string, string>): WorkflowJson {
  const groups: { [id: string]: GroupJson } = { ...workflow.groups };
  const before = Object.keys(groups).length;
  for (const group of groupsOf(copied).values())
    groups[newId("group", groups)] = { ...group, members: group.members.map((member) => names.get(member)!) };
  return Object.keys(groups).length === before ? workflow : { ...workflow, groups };
}

function relink(node: NodeJson, names: ReadonlyMap<string, string>, into: WorkflowJson): NodeJson {
  if (!node.inputs) return node;
  const inputs = Object.entries(node.inputs).flatMap(([port, link]): [string, string][] => {
    const end = endOf(link);
    if (!end) return [[port, link]];
    const copy = names.get(end.node);
    if (copy !== undefined) return [[port, `${copy}.${end.port}`]];
    return Object.hasOwn(into.nodes, end.node) ? [[port, link]] : [];
  });
  return { ...node, inputs: Object.fromEntries(inputs) };
}
