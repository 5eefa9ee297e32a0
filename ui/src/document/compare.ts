import {
  type AnyCatalogue,
  type DefinitionJson,
  definitionIn,
  inputsId,
  type NodeJson,
  type WorkflowJson,
  writtenTitle,
} from "@clipwork/engine";
import { endOf } from "./edit.ts";
import { groupsOf } from "./groups.ts";
import { lookOf } from "./look.ts";
import { nodeNames, type TypeTitles } from "./names.ts";
import { notesOf } from "./notes.ts";

/** One difference in words: what it is about, and what it was and is. */
export type Difference = { readonly about: string; readonly before?: string; readonly now?: string };

/** Signs of a value that are shown. */
const mostSigns = 80;

/**
 * How a workflow differs from an earlier state of it, in the order of its nodes, then its groups and notes, then its subgraphs. Places, sizes
 * and colours on the canvas count only if there is no other difference.
 */
export function compare(before: WorkflowJson, now: WorkflowJson, catalogue: AnyCatalogue): readonly Difference[] {
  const list: Difference[] = [];
  add(list, "Title", writtenTitle(before.meta), writtenTitle(now.meta));
  const titles: Titles = [titlesOf(before, catalogue), titlesOf(now, catalogue)];
  list.push(...compareLevels(before, now, titles, catalogue));
  list.push(...compareDefinitions(before, now, titles, catalogue));
  const looksOf = ({ layout, groups, notes }: Partial<Level>) => [layout, groups, notes];
  const looks = (all: WorkflowJson) => JSON.stringify([all, ...Object.values(all.definitions ?? {})].map(looksOf));
  if (list.length === 0 && looks(before) !== looks(now)) list.push({ about: "Places on the canvas" });
  return list;
}

/** What the types of nodes are called in each of the two. */
type Titles = readonly [before: TypeTitles, now: TypeTitles];

/** The types of a catalogue, and the subgraphs of a document. */
function titlesOf(workflow: WorkflowJson, catalogue: AnyCatalogue): TypeTitles {
  return {
    get(type) {
      const definition = definitionIn(workflow, type);
      return definition ? { title: writtenTitle(definition) || "Subgraph" } : catalogue.get(type);
    },
  };
}

/** The nodes of a document, or what is inside a subgraph. */
type Level = Pick<WorkflowJson, "format" | "nodes" | "layout" | "groups" | "notes" | "exposed"> &
  Pick<DefinitionJson, "outputs">;

function compareLevels(before: Level, now: Level, [oldTitles, titles]: Titles, catalogue: AnyCatalogue): Difference[] {
  const list: Difference[] = [];
  const names = nodeNames(now.nodes, titles, now.layout);
  const formerNames = nodeNames(before.nodes, oldTitles, before.layout);
  // A node that was only renamed has its new name on both sides.
  const oldNames = new Map([...formerNames, ...names]);
  for (const [id, node] of Object.entries(now.nodes)) {
    const old = before.nodes[id];
    const name = names.get(id)!;
    if (!old || old.type !== node.type) list.push({ about: name, now: "added" });
    else {
      add(list, `Title of ${formerNames.get(id)!}`, lookOf(before, id).title, lookOf(now, id).title);
      compareNodes(list, name, [old, oldNames], [node, names], catalogue);
    }
  }
  for (const [id, { type }] of Object.entries(before.nodes))
    if (now.nodes[id]?.type !== type) list.push({ about: formerNames.get(id)!, before: "removed" });
  for (const name of new Set([...Object.keys(before.exposed ?? {}), ...Object.keys(now.exposed ?? {})])) {
    const [was, is] = [before, now].map(({ exposed }) =>
      exposed && Object.hasOwn(exposed, name) ? exposed[name] : undefined,
    );
    // What went along with its nodes is said of them.
    if (is === undefined && !leadsInto(was, now)) continue;
    add(list, `Exposed ${name}`, exposedAs(was, oldNames), exposedAs(is, names));
  }
  for (const [port, { from }] of Object.entries(now.outputs ?? {})) {
    // Outputs that came or went are said with the subgraph.
    if (!Object.hasOwn(before.outputs ?? {}, port)) continue;
    add(list, `Outputs, ${port}`, endWords(before.outputs![port]!.from, oldNames), endWords(from, names));
  }
  compareGroups(list, [before, oldNames], [now, names]);
  compareNotes(list, before, now);
  return list;
}

function leadsInto(addresses: string | readonly string[] = [], { nodes }: Level): boolean {
  return [addresses].flat().some((address) => Object.hasOwn(nodes, endOf(address)?.node ?? ""));
}

function exposedAs(addresses: string | readonly string[] | undefined, names: ReadonlyMap<string, string>) {
  if (addresses === undefined) return undefined;
  const ends = [addresses].flat().map((address) => endWords(address, names));
  return ends.join("; ");
}

/** The subgraphs that both have, that came and that went; what differs inside one is said under its title. */
function compareDefinitions(
  before: WorkflowJson,
  now: WorkflowJson,
  titles: Titles,
  catalogue: AnyCatalogue,
): Difference[] {
  const [old, current] = [before.definitions ?? {}, now.definitions ?? {}];
  const { format } = now;
  const called = (definition: DefinitionJson) => writtenTitle(definition) || "Subgraph";
  const list: Difference[] = [];
  for (const [id, definition] of Object.entries(current)) {
    const was = Object.hasOwn(old, id) ? old[id] : undefined;
    const title = `Subgraph ${called(definition)}`;
    if (was === definition) continue;
    if (!was) list.push({ about: title, now: "added" });
    else {
      add(list, `Title of ${title}`, called(was), called(definition));
      add(list, `${title}: inputs`, portsOf(was.inputs), portsOf(definition.inputs));
      add(list, `${title}: outputs`, portsOf(was.outputs), portsOf(definition.outputs));
      for (const { about, ...one } of compareLevels({ ...was, format }, { ...definition, format }, titles, catalogue))
        list.push({ about: `${title}: ${about}`, ...one });
    }
  }
  for (const [id, definition] of Object.entries(old))
    if (!Object.hasOwn(current, id)) list.push({ about: `Subgraph ${called(definition)}`, before: "removed" });
  return list;
}

function portsOf(ports: object | undefined): string | undefined {
  const names = Object.keys(ports ?? {});
  return names.length === 0 ? undefined : names.join(", ");
}

type Named = readonly [level: Level, names: ReadonlyMap<string, string>];

function compareGroups(list: Difference[], [before, oldNames]: Named, [now, names]: Named): void {
  const [old, current] = [groupsOf(before), groupsOf(now)];
  const called = (title: string) => `Group ${title || "without a title"}`;
  for (const [id, { title, members }] of current) {
    const was = old.get(id);
    if (!was) list.push({ about: called(title), now: "added" });
    else {
      add(list, `Title of ${called(was.title)}`, was.title, title);
      const worded = (ids: readonly string[], by: ReadonlyMap<string, string>) =>
        ids.map((one) => by.get(one)).join(", ");
      add(list, `Nodes of ${called(title)}`, worded(was.members, oldNames), worded(members, names));
    }
  }
  for (const [id, { title }] of old) if (!current.has(id)) list.push({ about: called(title), before: "removed" });
}

function compareNotes(list: Difference[], before: Level, now: Level): void {
  const [old, current] = [notesOf(before), notesOf(now)];
  for (const [id, { text }] of current)
    if (old.get(id)?.text !== text)
      list.push({ about: "Note", ...(old.has(id) && { before: worded(old.get(id)!.text) }), now: worded(text) });
  for (const [id, { text }] of old)
    if (!current.has(id)) list.push({ about: "Note", before: worded(text), now: "removed" });
}

type Side = readonly [node: NodeJson, names: ReadonlyMap<string, string>];

function compareNodes(list: Difference[], name: string, before: Side, now: Side, catalogue: AnyCatalogue): void {
  const [old] = before;
  const [node] = now;
  const known = catalogue.get(node.type)?.params ?? {};
  const paramOf = ({ params = {} }: NodeJson, key: string) =>
    Object.hasOwn(params, key) ? params[key] : known[key]?.default;
  for (const key of new Set([...Object.keys(old.params ?? {}), ...Object.keys(node.params ?? {})]))
    add(list, `${name}, ${key}`, paramOf(old, key), paramOf(node, key));
  for (const key of new Set([...Object.keys(old.inputs ?? {}), ...Object.keys(node.inputs ?? {})]))
    add(list, `${name}, ${key}`, linkOf(before, key), linkOf(now, key));
  add(list, name, modes[old.mode ?? ""], modes[node.mode ?? ""]);
}

const modes: { readonly [mode: string]: string } = { "": "runs", mute: "muted", bypass: "bypassed" };

function linkOf([{ inputs = {} }, names]: Side, key: string): string {
  return Object.hasOwn(inputs, key) ? endWords(inputs[key], names) : "not linked";
}

function endWords(address: unknown, names: ReadonlyMap<string, string>): string {
  const end = endOf(address);
  if (!end) return "not linked";
  return `${end.node === inputsId ? "Inputs" : (names.get(end.node) ?? "a node that is gone")}, ${end.port}`;
}

function add(list: Difference[], about: string, before: unknown, now: unknown): void {
  if (JSON.stringify(before) !== JSON.stringify(now)) list.push({ about, before: worded(before), now: worded(now) });
}

function worded(value: unknown): string {
  const text = typeof value === "string" ? value : value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > mostSigns ? `${text.slice(0, mostSigns)} …` : text;
}
