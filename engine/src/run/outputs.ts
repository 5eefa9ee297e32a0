import { outputOf } from "../catalogue/declared.ts";
import type { AnyNodeDefinition } from "../catalogue/node.ts";
import { NodeError } from "../catalogue/node-error.ts";
import { listNames } from "../document/wording.ts";
import { maxListItems } from "../expansion/items.ts";
import type { AnyPlanNode } from "../plan/plan.ts";
import type { EntryValues } from "../values/entry.ts";
import { findNotFinite } from "../values/finite.ts";
import type { Value } from "../values/value.ts";

/**
 * A node's result as its cache entry holds it. Throws an Error if it is not what the node declares, which is a bug of the
 * node, and a NodeError if a number in it is NaN or infinite: anything made from such a value would be wrong without
 * notice.
 */
export function checkOutputs({ definition, absent }: AnyPlanNode, result: unknown): EntryValues {
  if (typeof result !== "object" || result === null) throw faulty(definition, "it returned no outputs");
  const given = result as { readonly [port: string]: unknown };
  const values: { [port: string]: readonly never[] } = {};
  for (const port in definition.outputs) {
    if (absent.includes(port)) continue;
    const { of: kind, list } = outputOf(definition, port);
    const value = Object.hasOwn(given, port) ? given[port] : undefined;
    if (value === undefined) throw faulty(definition, `it returned nothing for its output "${port}"`);
    if (list && !Array.isArray(value)) throw faulty(definition, `its output "${port}" has to be a list`);
    if (!list && Array.isArray(value))
      throw faulty(definition, `its output "${port}" has to be one item, but is a list`);
    const items = (list ? value : [value]) as readonly never[];
    if (items.length === 0)
      throw new NodeError(
        `The list "${port}" is empty, and an empty list has nothing to go on with.`,
        "Check what the node reads and what it is to keep of it: at least one item has to be left.",
      );
    if (items.length > maxListItems)
      throw new NodeError(
        `The list "${port}" has ${items.length} items; a list has at most ${maxListItems}.`,
        "Give a shorter list.",
      );
    checkFinite(port, value as never);
    for (const item of items) {
      const complaint = kind.check(item);
      if (complaint !== undefined) throw faulty(definition, `its output "${port}" ${complaint}`);
    }
    values[port] = items;
  }
  const more = Object.keys(given).filter((port) => !Object.hasOwn(values, port));
  if (more.length > 0) throw faulty(definition, `it returned ${listNames(more)}, which it does not declare`);
  return values;
}

function faulty({ type }: AnyNodeDefinition, reason: string): Error {
  return new Error(`The node type ${type} is faulty: ${reason}.`);
}

function checkFinite(port: string, value: Value): void {
  const found = findNotFinite(value);
  if (!found) return;
  const { count, first, path } = found;
  const where = path === "" ? "" : `, at ${path}`;
  const numbers =
    count === 1
      ? `1 number that is not finite: ${first}${where}`
      : `${count} numbers that are not finite; the first is ${first}${where}`;
  throw new NodeError(
    `The output "${port}" has ${numbers}.`,
    "Nothing of it is kept. Check what goes into the node; if that is right, the node or its model fails with these settings on this device.",
  );
}
