import {
  type DefinitionJson,
  definitionIn,
  definitionOf,
  freeName,
  inputsId,
  type NodeJson,
  outputsId,
  type WorkflowJson,
  writtenTitle,
} from "@clipwork/engine";
import { roundsOf } from "./loops.ts";
import { renamePort, withDefinition } from "./subgraph-ports.ts";

/** Instances that lead into one another, the outermost first: what is open on the canvas. None is the document itself. */
export type Path = readonly string[];

/** The types of the cards that stand, inside a subgraph, for its inputs and outputs. No document has such nodes. */
export const inputsType = "boundary.in";
export const outputsType = "boundary.out";

/** Whether a card is not a node, but one side of a subgraph. */
export function isBoundary(type: string): boolean {
  return type === inputsType || type === outputsType;
}

/** Whether the workflow is what is inside a subgraph: it does not run alone. */
export function isInside({ nodes }: WorkflowJson): boolean {
  return nodes[inputsId]?.type === inputsType;
}

/** The definition that a path leads to, with its id; undefined for the document itself and where the path leads nowhere. */
export function definitionAt(
  whole: WorkflowJson,
  path: Path,
): { readonly id: string; readonly definition: DefinitionJson } | undefined {
  let nodes = whole.nodes;
  let found: { readonly id: string; readonly definition: DefinitionJson } | undefined;
  for (const instance of path) {
    const type = Object.hasOwn(nodes, instance) ? nodes[instance]!.type : "";
    const definition = definitionIn(whole, type);
    if (!definition) return undefined;
    found = { id: definitionOf(type)!, definition };
    nodes = definition.nodes;
  }
  return found;
}

/** As much of the path as still leads into subgraphs. */
export function validPath(whole: WorkflowJson, path: Path): Path {
  let valid = path;
  while (valid.length > 0 && !definitionAt(whole, valid)) valid = valid.slice(0, -1);
  return valid;
}

/** A path as one text, by which levels are told apart. */
export function prefixOf(path: Path): string {
  return path.map((id) => `${id}/`).join("");
}

/** The rounds that are looked at, by the path of their loop without rounds, such as "outer/drift". */
export type Rounds = { readonly [loop: string]: number };

/** What the ids of the nodes at the end of a path begin with in the graph that runs: in a loop, those of the round that is looked at, or of its last. */
export function runPrefix(whole: WorkflowJson, path: Path, rounds: Rounds): string {
  let nodes: WorkflowJson["nodes"] = whole.nodes;
  return path
    .map((id, i) => {
      const node = nodes[id]!;
      nodes = definitionIn(whole, node.type)?.nodes ?? {};
      const all = roundsOf(node);
      const chosen = rounds[path.slice(0, i + 1).join("/")] ?? all;
      return all === undefined ? `${id}/` : `${id}/${Math.min(chosen!, Math.max(all, 1))}/`;
    })
    .join("");
}

const levels = new WeakMap<DefinitionJson, WorkflowJson>();

/** What is inside a subgraph, as a workflow of its own, with a card for each side of it; the document itself for an empty path. */
export function levelOf(whole: WorkflowJson, path: Path): WorkflowJson {
  const found = definitionAt(whole, path);
  if (!found) return whole;
  const { definition } = found;
  const known = levels.get(definition);
  const title = writtenTitle(whole.meta);
  if (known && writtenTitle(known.meta) === title && known.definitions === whole.definitions) return known;
  const meta = title !== undefined && { meta: { title } };
  const level = { ...(known ?? openDefinition(definition)), ...meta, ...pick(whole, ["definitions"]) };
  levels.set(definition, level);
  return level;
}

const sides = new WeakMap<object, NodeJson>();

function openDefinition(definition: DefinitionJson): WorkflowJson {
  const { outputs = none, nodes } = definition;
  const known = sides.get(outputs);
  const links = Object.entries(outputs).flatMap(([port, { from }]) => (from === undefined ? [] : [[port, from]]));
  const out = known ?? { type: outputsType, version: 1, inputs: Object.fromEntries(links) };
  sides.set(outputs, out);
  return {
    format: "clipwork/1",
    nodes: { [inputsId]: inputsCard, ...nodes, [outputsId]: out },
    layout: placeSides(definition),
    ...pick(definition, ["exposed", "groups", "notes"]),
  };
}

const none: NonNullable<DefinitionJson["outputs"]> = {};
const inputsCard: NodeJson = { type: inputsType, version: 1 };

/** Canvas units between the cards of the sides and what is inside. */
const aside = 320;

/** The places of the cards, those of the sides to the left and right of what is inside unless they have been moved. */
function placeSides({ layout = {}, nodes }: DefinitionJson): NonNullable<WorkflowJson["layout"]> {
  const placed = Object.keys(nodes).flatMap((id) => {
    const { x, y } = (layout[id] ?? {}) as { readonly x?: unknown; readonly y?: unknown };
    return typeof x === "number" && typeof y === "number" ? [{ x, y }] : [];
  });
  const xs = placed.map(({ x }) => x);
  const y = placed.length === 0 ? 0 : Math.min(...placed.map(({ y }) => y));
  const [left, right] = placed.length === 0 ? [0, aside] : [Math.min(...xs), Math.max(...xs)];
  return { [inputsId]: { x: left - aside, y }, [outputsId]: { x: right + aside, y }, ...layout };
}

/** The document in which what a path leads to is as `level` has it now. */
export function withLevel(whole: WorkflowJson, path: Path, level: WorkflowJson): WorkflowJson {
  const found = definitionAt(whole, path);
  if (!found) return level;
  const { id, definition } = found;
  const before = levelOf(whole, path);
  const out = level.nodes[outputsId];
  const inner = Object.entries(level.nodes).filter(([, { type }]) => !isBoundary(type));
  const exposed = level.exposed && withPortNames(level.exposed, definition);
  const { exposed: _, groups: __, notes: ___, ...rest } = definition;
  const changed: DefinitionJson = {
    ...rest,
    ...pick(level, ["groups", "notes"]),
    ...(exposed && { exposed }),
    ...(level.nodes !== before.nodes && { nodes: Object.fromEntries(inner) }),
    ...(level.layout && level.layout !== before.layout && { layout: level.layout }),
    ...(definition.outputs && out && out !== before.nodes[outputsId] && { outputs: relinked(definition.outputs, out) }),
  };
  const title = writtenTitle(level.meta);
  const titled =
    title === undefined || title === writtenTitle(whole.meta) ? whole : { ...whole, meta: { ...whole.meta, title } };
  const others = { ...titled, definitions: { ...level.definitions, [id]: definition } };
  return withDefinition(renameExposed(others, id, definition.exposed ?? {}, exposed ?? {}), id, changed);
}

type Names = NonNullable<WorkflowJson["exposed"]>;

/** Instances set what is exposed by its name: one that changes, or goes, does so at all of them. */
function renameExposed(whole: WorkflowJson, id: string, before: Names, now: Names): WorkflowJson {
  const added = Object.keys(now).filter((name) => !Object.hasOwn(before, name));
  return Object.keys(before)
    .filter((name) => !Object.hasOwn(now, name))
    .reduce((all, name) => {
      const to = added.find((other) => JSON.stringify(now[other]) === JSON.stringify(before[name]));
      return renamePort(all, id, "exposed", name, to);
    }, whole);
}

/** The exposed names as parameters of an instance may be called: "Detail seed" becomes "detailSeed". */
function withPortNames(exposed: Names, { inputs = {} }: DefinitionJson): Names {
  const fits = (name: string) => /^[a-zA-Z][a-zA-Z0-9]{0,63}$/.test(name) && !Object.hasOwn(inputs, name);
  if (Object.keys(exposed).every(fits)) return exposed;
  const named: { [name: string]: string | readonly string[] } = {};
  for (const [name, value] of Object.entries(exposed)) {
    const words = name.split(/[^a-zA-Z0-9]+/).filter(Boolean);
    const joined = words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join("");
    const plain = fits(name) ? name : joined.replace(/^[^a-zA-Z]+/, "").slice(0, 56) || "parameter";
    named[freeName(plain, (other) => Object.hasOwn(named, other) || Object.hasOwn(inputs, other))] = value;
  }
  return named;
}

function relinked(outputs: NonNullable<DefinitionJson["outputs"]>, { inputs = {} }: NodeJson) {
  return Object.fromEntries(
    Object.entries(outputs).map(([port, { from: _, ...rest }]) => {
      const from = Object.hasOwn(inputs, port) ? inputs[port] : undefined;
      return [port, from === undefined ? rest : { ...rest, from }];
    }),
  );
}

/** Those of the fields that the object has. */
function pick<T extends object, K extends keyof T>(
  from: T,
  fields: readonly K[],
): { readonly [F in K]?: Exclude<T[F], undefined> } {
  return Object.fromEntries(
    fields.flatMap((field) => (from[field] === undefined ? [] : [[field, from[field]]])),
  ) as never;
}

/** The ids of the definitions on the way, and of all that contain one of them: none of these may be put into what is open. */
export function definitionsAround(whole: WorkflowJson, path: Path): ReadonlySet<string> {
  const around = new Set(path.flatMap((_, i) => definitionAt(whole, path.slice(0, i + 1))?.id ?? []));
  for (let grown = true; grown; ) {
    grown = false;
    for (const [id, { nodes }] of Object.entries(whole.definitions ?? {})) {
      if (around.has(id)) continue;
      if (!Object.values(nodes).some(({ type }) => around.has(definitionOf(type) ?? ""))) continue;
      around.add(id);
      grown = true;
    }
  }
  return around;
}
