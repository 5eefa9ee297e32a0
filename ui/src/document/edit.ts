import { type NodeJson, type WorkflowJson, writtenTitle } from "@clipwork/engine";
import { leaveGroups } from "./groups.ts";
import { type Exposed, setExposed } from "./set-exposed.ts";

/** How the editor draws a node. Changes nothing that is computed. */
export type Place = {
  /** Canvas units. */
  readonly x: number;
  readonly y: number;
  /** All parameters are shown. */
  readonly open?: boolean;
  /** Seeds that get a new number after each run. */
  readonly fresh?: readonly string[];
};

/** One end of a link. */
export type End = { readonly node: string; readonly port: string };

/** A workflow with nothing in it. */
export const emptyWorkflow: WorkflowJson = { format: "clipwork/1", meta: { title: "Untitled" }, nodes: {}, layout: {} };

/** Whether the document says where the node stands. */
export function hasPlace(workflow: WorkflowJson, id: string): boolean {
  const { x, y } = (workflow.layout?.[id] ?? {}) as Partial<Place>;
  return Number.isFinite(x) && Number.isFinite(y);
}

/** The place of a node. Nodes that have none are put in a row. */
export function placeOf(workflow: WorkflowJson, id: string): Place {
  if (!hasPlace(workflow, id)) return { x: rowOf(workflow.nodes, id) * 280, y: 0 };
  return workflow.layout?.[id] as Place;
}

const rows = new WeakMap<WorkflowJson["nodes"], ReadonlyMap<string, number>>();

/** How many nodes come before it in the document. */
function rowOf(nodes: WorkflowJson["nodes"], id: string): number {
  let row = rows.get(nodes);
  if (!row) {
    row = new Map(Object.keys(nodes).map((other, i) => [other, i]));
    rows.set(nodes, row);
  }
  return row.get(id) ?? -1;
}

/**
 * An id for a new node of the type: its name, with a number if it is taken. For many ids in turn, `given` remembers the numbers that were given, so
 * that none is tried again.
 */
export function newId(
  type: string,
  taken: { readonly [id: string]: unknown },
  given: Map<string, number> = new Map(),
): string {
  const name = (type.split(".").at(-1) ?? "").toLowerCase().replace(/[^a-z0-9_-]/g, "");
  const stem = /^[a-z]/.test(name) ? name.slice(0, 56) : `node-${name}`.slice(0, 56);
  if (!Object.hasOwn(taken, stem)) return stem;
  let n = given.get(stem) ?? 2;
  while (Object.hasOwn(taken, `${stem}-${n}`)) n++;
  given.set(stem, n + 1);
  return `${stem}-${n}`;
}

/** The workflow with the node added. */
export function addNode(workflow: WorkflowJson, id: string, node: NodeJson, place: Place): WorkflowJson {
  return {
    ...workflow,
    nodes: { ...workflow.nodes, [id]: node },
    layout: { ...workflow.layout, [id]: place },
  };
}

/** The workflow without the nodes, their links, their places, their membership in groups and whatever was exposed of them. */
export function removeNodes(workflow: WorkflowJson, ids: ReadonlySet<string>): WorkflowJson {
  const nodes: { [id: string]: NodeJson } = {};
  for (const [id, node] of Object.entries(workflow.nodes)) {
    if (ids.has(id)) continue;
    const kept = Object.entries(node.inputs ?? {}).filter(([, source]) => !ids.has(endOf(source)?.node ?? ""));
    nodes[id] =
      kept.length === Object.keys(node.inputs ?? {}).length ? node : { ...node, inputs: Object.fromEntries(kept) };
  }
  const layout = Object.fromEntries(Object.entries(workflow.layout ?? {}).filter(([id]) => !ids.has(id)));
  const { exposed } = workflow;
  const changed = { ...leaveGroups(workflow, ids), nodes, layout };
  return exposed
    ? setExposed(
        changed,
        withoutExposed(exposed, (address) => ids.has(endOf(address)?.node ?? "")),
      )
    : changed;
}

/** The workflow with the link, which replaces any earlier link of the input. */
export function connect(workflow: WorkflowJson, from: End, to: End): WorkflowJson {
  return changeNode(workflow, to.node, (node) => ({
    ...node,
    inputs: { ...node.inputs, [to.port]: `${from.node}.${from.port}` },
  }));
}

/** The workflow without the link into the input. */
export function disconnect(workflow: WorkflowJson, to: End): WorkflowJson {
  return changeNode(workflow, to.node, (node) => {
    if (!node.inputs || !Object.hasOwn(node.inputs, to.port)) return node;
    const { [to.port]: _, ...inputs } = node.inputs;
    return { ...node, inputs };
  });
}

/** The workflow with the parameter's value; `undefined` removes the value, so that the default applies. */
export function setParam(workflow: WorkflowJson, at: End, value: unknown): WorkflowJson {
  return changeNode(workflow, at.node, (node) => {
    if (value !== undefined) {
      if (node.params && Object.is(node.params[at.port], value)) return node;
      return { ...node, params: { ...node.params, [at.port]: value } };
    }
    if (!node.params || !Object.hasOwn(node.params, at.port)) return node;
    const { [at.port]: _, ...params } = node.params;
    return { ...node, params };
  });
}

/** The workflow with the nodes muted, bypassed or running. */
export function setMode(workflow: WorkflowJson, ids: Iterable<string>, mode: NodeJson["mode"]): WorkflowJson {
  let changed = workflow;
  for (const id of ids)
    changed = changeNode(changed, id, (node) => {
      if (node.mode === mode) return node;
      const { mode: _, ...rest } = node;
      return mode ? { ...rest, mode } : rest;
    });
  return changed;
}

/** The workflow with the nodes in other places. `nodes` stays the same object: what is computed has not changed. */
export function moveNodes(workflow: WorkflowJson, places: ReadonlyMap<string, Pick<Place, "x" | "y">>): WorkflowJson {
  const layout = { ...workflow.layout };
  for (const [id, { x, y }] of places)
    layout[id] = { ...(layout[id] as object | undefined), x: Math.round(x), y: Math.round(y) };
  return { ...workflow, layout };
}

/** The workflow with a node drawn differently. */
export function setPlace(workflow: WorkflowJson, id: string, change: Partial<Place>): WorkflowJson {
  return { ...workflow, layout: { ...workflow.layout, [id]: { ...placeOf(workflow, id), ...change } } };
}

/** The workflow in which a seed gets a new number after each run, or keeps its number. */
export function setFresh(workflow: WorkflowJson, id: string, port: string, on: boolean): WorkflowJson {
  const before = placeOf(workflow, id).fresh ?? [];
  return setPlace(workflow, id, { fresh: on ? [...before, port] : before.filter((other) => other !== port) });
}

/** The workflow with a new number for every seed that should change after each run. */
export function renewSeeds(workflow: WorkflowJson, random: () => number): WorkflowJson {
  let renewed = workflow;
  for (const id of Object.keys(workflow.nodes))
    for (const port of placeOf(workflow, id).fresh ?? []) renewed = setParam(renewed, { node: id, port }, random());
  for (const [id, definition] of Object.entries(workflow.definitions ?? {})) {
    const { layout = {} } = definition;
    const { nodes } = renewSeeds({ format: "clipwork/1", nodes: definition.nodes, layout }, random);
    if (nodes !== definition.nodes)
      renewed = { ...renewed, definitions: { ...renewed.definitions, [id]: { ...definition, nodes } } };
  }
  return renewed;
}

/** The workflow with another title. */
export function setTitle(workflow: WorkflowJson, title: string): WorkflowJson {
  return { ...workflow, meta: { ...workflow.meta, title } };
}

/** The workflow under a title that says it is a copy. */
export function copyOf(workflow: WorkflowJson): WorkflowJson {
  return setTitle(workflow, `${writtenTitle(workflow.meta) || "Untitled"} (copy)`);
}

/** The name of a file for what has that title, without its ending: letters, digits, spaces, _ and -. */
export function fileNameOf(titled: { readonly title?: unknown } | undefined, otherwise: string): string {
  return (writtenTitle(titled) ?? otherwise).replace(/[^\p{L}\p{N} _-]/gu, "").trim() || otherwise;
}

/** The two names of "node.port", or undefined if the text is not a link. */
export function endOf(link: unknown): End | undefined {
  if (typeof link !== "string") return undefined;
  const dot = link.indexOf(".");
  return dot < 1 ? undefined : { node: link.slice(0, dot), port: link.slice(dot + 1) };
}

function changeNode(workflow: WorkflowJson, id: string, change: (node: NodeJson) => NodeJson): WorkflowJson {
  const node = Object.hasOwn(workflow.nodes, id) ? workflow.nodes[id] : undefined;
  const changed = node && change(node);
  return !changed || changed === node ? workflow : { ...workflow, nodes: { ...workflow.nodes, [id]: changed } };
}

function withoutExposed(exposed: Exposed, gone: (address: string) => boolean): Exposed {
  return Object.fromEntries(
    Object.entries(exposed).flatMap(([name, value]): [string, string | readonly string[]][] => {
      const kept = [value].flat().filter((address) => !gone(address));
      if (kept.length === 0) return [];
      return [[name, typeof value === "string" ? value : kept]];
    }),
  );
}
