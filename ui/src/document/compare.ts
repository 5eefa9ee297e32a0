import type { AnyCatalogue, NodeJson, WorkflowJson } from "@clipwork/engine";
import { endOf } from "./edit.ts";
import { groupsOf } from "./groups.ts";
import { lookOf } from "./look.ts";
import { nodeNames } from "./names.ts";
import { notesOf } from "./notes.ts";

/** One difference in words: what it is about, and what it was and is. */
export type Difference = { readonly about: string; readonly before?: string; readonly now?: string };

/** Signs of a value that are shown. */
const mostSigns = 80;

/**
 * How a workflow differs from an earlier state of it, in the order of its nodes, then its groups and notes. Places, sizes and colours on the
 * canvas count only if there is no other difference.
 */
export function compare(before: WorkflowJson, now: WorkflowJson, catalogue: AnyCatalogue): readonly Difference[] {
  const list: Difference[] = [];
  const names = nodeNames(now.nodes, catalogue, now.layout);
  const formerNames = nodeNames(before.nodes, catalogue, before.layout);
  // A node that was only renamed has its new name on both sides.
  const oldNames = new Map([...formerNames, ...names]);
  add(list, "Title", before.meta?.title, now.meta?.title);
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
  compareGroups(list, [before, oldNames], [now, names]);
  compareNotes(list, before, now);
  const looks = ({ layout, groups, notes }: WorkflowJson) => JSON.stringify([layout, groups, notes]);
  if (list.length === 0 && looks(before) !== looks(now)) list.push({ about: "Places on the canvas" });
  return list;
}

type Named = readonly [workflow: WorkflowJson, names: ReadonlyMap<string, string>];

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

function compareNotes(list: Difference[], before: WorkflowJson, now: WorkflowJson): void {
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
  const end = endOf(inputs[key]);
  return end ? `${names.get(end.node) ?? "a node that is gone"}, ${end.port}` : "not linked";
}

function add(list: Difference[], about: string, before: unknown, now: unknown): void {
  if (JSON.stringify(before) !== JSON.stringify(now)) list.push({ about, before: worded(before), now: worded(now) });
}

function worded(value: unknown): string {
  const text = typeof value === "string" ? value : value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > mostSigns ? `${text.slice(0, mostSigns)} …` : text;
}
