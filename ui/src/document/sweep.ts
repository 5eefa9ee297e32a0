import type { Catalogue, Param, WorkflowJson } from "@clipwork/engine";
import { paramOf } from "@clipwork/engine";
import { addNode, connect, type End, endOf, newId, placeOf } from "./edit.ts";
import { isInside } from "./levels.ts";

/** A parameter that is swept, and its values as people write them: with commas between, or one a line for texts. */
export type Axis = { readonly end: End; readonly values: string };

export type Sweep = {
  readonly x: Axis;
  readonly y?: Axis;
  /** The output, as "node.port", whose pictures are laid out. */
  readonly picture: string;
};

/** What makes the list of values of each kind of parameter, and where it takes them and gives them. */
const lists: {
  readonly [kind in Param["kind"]]?: { readonly type: string; readonly param: string; readonly port: string };
} = {
  number: { type: "list.numbers", param: "numbers", port: "numbers" },
  integer: { type: "list.integers", param: "integers", port: "integers" },
  seed: { type: "list.integers", param: "integers", port: "integers" },
  text: { type: "text.lines", param: "text", port: "texts" },
  choice: { type: "text.lines", param: "text", port: "texts" },
  boolean: { type: "list.booleans", param: "booleans", port: "booleans" },
};
const productType = "list.product";
const gridType = "image.sweep-grid";
const saveType = "output.image";

/** Canvas units from a node to the next, and from what is there to the nodes of a sweep below it. */
const step = { across: 300, down: 600 };

/** The declaration of a parameter of the document; undefined if there is no such node or parameter. */
export function paramAt({ nodes }: WorkflowJson, { node, port }: End, catalogue: Catalogue): Param | undefined {
  const definition = Object.hasOwn(nodes, node) ? catalogue.get(nodes[node]!.type) : undefined;
  return definition && Object.hasOwn(definition.params, port) ? paramOf(definition, port) : undefined;
}

/** Whether a sweep can set a parameter: a list can feed its kind, and no link feeds it already. What is inside a subgraph is set at its card. */
export function canSweep(workflow: WorkflowJson, end: End, catalogue: Catalogue): boolean {
  const param = paramAt(workflow, end, catalogue);
  return (
    param !== undefined &&
    !isInside(workflow) &&
    lists[param.kind] !== undefined &&
    !Object.hasOwn(workflow.nodes[end.node]!.inputs ?? {}, end.port)
  );
}

/** All parameters that can be swept. */
export function sweepable(workflow: WorkflowJson, catalogue: Catalogue): readonly End[] {
  return Object.entries(workflow.nodes).flatMap(([node, { type }]) => {
    const definition = catalogue.get(type);
    // A sink computes nothing, and the nodes of lists are swept by what they list.
    if (!definition?.run || type.startsWith("list.")) return [];
    return Object.keys(definition.params).flatMap((port) =>
      canSweep(workflow, { node, port }, catalogue) ? [{ node, port }] : [],
    );
  });
}

/** The outputs with one picture an item that depend on all of these nodes, the last ones first. */
export function picturesBehind(
  workflow: WorkflowJson,
  nodes: readonly string[],
  catalogue: Catalogue,
): readonly string[] {
  return Object.entries(workflow.nodes)
    .flatMap(([id, { type }]) => {
      const sources = sourcesOf(workflow, id);
      if (!nodes.every((node) => sources.has(node))) return [];
      const outputs = Object.entries(catalogue.get(type)?.outputs ?? {});
      const port = outputs.find(([, socket]) => socket.type.kind === "image" && !socket.list)?.[0];
      return port === undefined ? [] : [{ output: `${id}.${port}`, depth: sources.size }];
    })
    .sort((a, b) => b.depth - a.depth)
    .map(({ output }) => output);
}

/** A node and all that it depends on. */
function sourcesOf({ nodes }: WorkflowJson, id: string): ReadonlySet<string> {
  const seen = new Set([id]);
  for (const near of seen)
    for (const link of Object.values((Object.hasOwn(nodes, near) ? nodes[near]?.inputs : undefined) ?? {})) {
      const source = endOf(link);
      if (source) seen.add(source.node);
    }
  return seen;
}

/** Values to begin with: around what the parameter is now. */
export function firstValues(workflow: WorkflowJson, end: End, catalogue: Catalogue): string {
  const param = paramAt(workflow, end, catalogue);
  const value = workflow.nodes[end.node]?.params?.[end.port] ?? param?.default;
  if (param?.kind === "choice") return param.choices.join("\n");
  if (param?.kind === "text") return String(value ?? "");
  if (param?.kind === "boolean") return "off, on";
  const now = typeof value === "number" ? value : 1;
  if (param?.kind === "seed") return [now, now + 1, now + 2].join(", ");
  if (param?.kind !== "integer" && param?.kind !== "number") return "";
  const whole = (number: number) => (param.kind === "integer" ? Math.round(number) : Number(number.toPrecision(4)));
  const around = (now === 0 ? [0, 1, 2] : [now / 2, now, now * 2]).map(whole);
  return [...new Set(around.map((number) => Math.min(param.max, Math.max(param.min, number))))].join(", ");
}

/** How many values are written; undefined if they are counted up from one to another, which the node does. */
export function countOf(param: Param, values: string): number | undefined {
  const byLine = param.kind === "text" || param.kind === "choice";
  if (!byLine && values.includes("..")) return undefined;
  return values.split(byLine ? "\n" : ",").filter((value) => value.trim() !== "").length;
}

/**
 * The workflow with lists that feed the parameters, every value of y with all of x, and an output of the pictures in a grid with both axes. `grid` and
 * `save` are the new nodes. Undefined if the catalogue lacks a type for it.
 */
export function addSweep(
  workflow: WorkflowJson,
  { x, y, picture }: Sweep,
  catalogue: Catalogue,
  nameOf: (end: End) => string,
): { readonly workflow: WorkflowJson; readonly grid: string; readonly save: string } | undefined {
  const needed = [gridType, saveType, ...(y ? [productType] : [])];
  if (needed.some((type) => !catalogue.has(type))) return undefined;
  const below = Math.max(...Object.keys(workflow.nodes).map((id) => placeOf(workflow, id).y)) + step.down;
  const left = Math.min(...Object.keys(workflow.nodes).map((id) => placeOf(workflow, id).x));
  let grown = workflow;
  const add = (
    type: string,
    column: number,
    row: number,
    params: object,
    inputs: { readonly [port: string]: string } = {},
  ) => {
    const id = newId(type, grown.nodes);
    const node = { type, version: catalogue.get(type)!.version, inputs, params: params as { [name: string]: string } };
    grown = addNode(grown, id, node, { x: left + column * step.across, y: below + row });
    return id;
  };
  const addList = ({ end, values }: Axis, row: number): string | undefined => {
    const list = lists[paramAt(workflow, end, catalogue)?.kind ?? "pack"];
    return list && catalogue.has(list.type)
      ? `${add(list.type, 0, row, { [list.param]: values })}.${list.port}`
      : undefined;
  };
  const [across, down] = [addList(x, 0), y && addList(y, 260)];
  if (!across || (y && !down)) return undefined;
  let [feedsX, feedsY] = [across, down];
  if (y && down) {
    const product = add(productType, 1, 0, {}, { first: down, second: across });
    [feedsX, feedsY] = [`${product}.second`, `${product}.first`];
  }
  grown = connect(grown, endOf(feedsX)!, x.end);
  if (y && feedsY) grown = connect(grown, endOf(feedsY)!, y.end);
  const names = { xName: nameOf(x.end), ...(y ? { yName: nameOf(y.end) } : {}) };
  const grid = add(gridType, 2, 0, names, { images: picture, x: across, ...(down ? { y: down } : {}) });
  const save = add(saveType, 3, 0, { name: "sweep" }, { image: `${grid}.image` });
  return { workflow: grown, grid, save };
}
