import type { AnyCatalogue, WorkflowJson } from "@clipwork/engine";
import type { ItemSetting } from "@clipwork/server/wire";
import { endOf } from "./edit.ts";

/**
 * The seed that an item of a node was made with, as the workflow of its run says, or `settings` if a link fed it: the nearest one that a list
 * fed, which tells the items apart, else the node's own, else that of the nearest node upstream that has one. Undefined if none has, or if
 * nobody knows what the link brought.
 */
export function seedBehind(
  { nodes }: WorkflowJson,
  id: string,
  catalogue: AnyCatalogue,
  settings: readonly ItemSetting[] = [],
): number | undefined {
  const seen = new Set([id]);
  let own: number | undefined;
  let nearest: number | undefined;
  for (const near of seen) {
    const node = Object.hasOwn(nodes, near) ? nodes[near]! : undefined;
    if (!node) continue;
    const { params = {}, inputs = {} } = node;
    const seed = Object.entries(catalogue.get(node.type)?.params ?? {}).find(([, { kind }]) => kind === "seed");
    if (seed) {
      const [name, { default: usual }] = seed;
      const fed = settings.find((setting) => setting.node === near && setting.param === name)?.value;
      const value = Object.hasOwn(inputs, name) ? fed : (params[name] ?? usual);
      if (Object.hasOwn(inputs, name)) return typeof value === "number" ? value : own;
      if (typeof value === "number") {
        nearest ??= value;
        if (near === id) own = value;
      }
    }
    for (const link of Object.values(inputs)) {
      const source = endOf(link);
      if (source) seen.add(source.node);
    }
  }
  return nearest;
}

/** The seeds of several items in few words: "seed 7", "seeds 7–10", "3 seeds"; empty if there is none. */
export function seedText(seeds: readonly (number | undefined)[]): string {
  const known = [...new Set(seeds)].flatMap((seed) => seed ?? []).sort((a, b) => a - b);
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined) return "";
  if (known.length === 1) return `seed ${least}`;
  return most - least === known.length - 1 ? `seeds ${least}–${most}` : `${known.length} seeds`;
}
