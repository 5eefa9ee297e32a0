import type { AnyNodeDefinition } from "../catalogue/node.ts";
import { NodeError } from "../catalogue/node-error.ts";
import { listNames } from "../document/wording.ts";
import { maxListItems } from "../expansion/items.ts";
import type { SocketKind } from "../kinds/socket.ts";
import type { EntryValues } from "../values/entry.ts";

/** A node's result as its cache entry holds it. Throws when it is not what the node declares: a bug of the node. */
export function checkOutputs(definition: AnyNodeDefinition, result: unknown): EntryValues {
  const bad = (reason: string): never => {
    throw new Error(`The node type ${definition.type} is faulty: ${reason}.`);
  };
  if (typeof result !== "object" || result === null) return bad("it gave no outputs");
  const given = result as { readonly [port: string]: unknown };
  const values: { [port: string]: readonly never[] } = {};
  for (const port in definition.outputs) {
    const { type, list } = definition.outputs[port]!;
    const value = Object.hasOwn(given, port) ? given[port] : undefined;
    if (value === undefined) bad(`it gave nothing for its output "${port}"`);
    if (list && !Array.isArray(value)) bad(`its output "${port}" has to be a list`);
    if (!list && Array.isArray(value)) bad(`its output "${port}" has to be one item, but is a list`);
    const items = (list ? value : [value]) as readonly never[];
    if (items.length === 0)
      throw new Error(`The list "${port}" is empty, and an empty list has nothing to go on with.`);
    if (items.length > maxListItems)
      throw new NodeError(
        `The list "${port}" has ${items.length} items; a list has at most ${maxListItems}.`,
        "Give a shorter list.",
      );
    for (const item of items) if (!isOfKind(type.kind, item)) bad(`its output "${port}" is no ${type.kind}`);
    values[port] = items;
  }
  const more = Object.keys(given).filter((port) => !Object.hasOwn(definition.outputs, port));
  if (more.length > 0) bad(`it gave ${listNames(more)}, which it does not declare`);
  return values;
}

function isOfKind(kind: SocketKind, value: unknown): boolean {
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "integer":
      return Number.isInteger(value);
    case "boolean":
      return typeof value === "boolean";
    case "variable":
      return value !== undefined;
    default:
      return typeof value === "object" && value !== null && hasFields(kind, value as Record<string, unknown>);
  }
}

function hasFields(kind: SocketKind, value: Record<string, unknown>): boolean {
  const arrays = (...names: string[]) => names.every((name) => value[name] instanceof Float32Array);
  switch (kind) {
    case "image":
      return (
        arrays("data") && (value.data as Float32Array).length === 3 * (value.width as number) * (value.height as number)
      );
    case "text-embedding":
      return arrays("embedding", "states", "mask") && typeof value.text === "string";
    case "image-embedding":
      return arrays("embedding");
    default:
      return typeof value.scale === "number" && typeof value.negative === "string";
  }
}
