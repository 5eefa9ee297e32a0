import type { AnyCatalogue, NodeJson, WorkflowJson } from "@clipwork/engine";
import { endOf } from "./edit.ts";
import { nodeNames } from "./names.ts";

/** One difference in words: what it is about, and what it was and is. */
export type Difference = { readonly about: string; readonly before?: string; readonly now?: string };

/** Signs of a value that are shown. */
const mostSigns = 80;

/**
 * How a workflow differs from an earlier state of it, in the order of its nodes. Places on the canvas count only if there is no other
 * difference.
 */
export function compare(before: WorkflowJson, now: WorkflowJson, catalogue: AnyCatalogue): readonly Difference[] {
  const list: Difference[] = [];
  const names = nodeNames(now.nodes, catalogue);
  const oldNames = nodeNames(before.nodes, catalogue);
  add(list, "Title", before.meta?.title, now.meta?.title);
  for (const [id, node] of Object.entries(now.nodes)) {
    const old = before.nodes[id];
    const name = names.get(id)!;
    if (!old || old.type !== node.type) list.push({ about: name, now: "added" });
    else compareNodes(list, name, [old, oldNames], [node, names], catalogue);
  }
  for (const [id, { type }] of Object.entries(before.nodes))
    if (now.nodes[id]?.type !== type) list.push({ about: oldNames.get(id)!, before: "removed" });
  const moved = JSON.stringify(before.layout) !== JSON.stringify(now.layout);
  if (list.length === 0 && moved) list.push({ about: "Places on the canvas" });
  return list;
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
