import { paramOf } from "../catalogue/declared.ts";
import type { ParamValue } from "../catalogue/param.ts";
import { itemAt } from "../document/lookup.ts";
import { show } from "../document/wording.ts";
import { type KeyParts, keyParts, refKeys } from "../expansion/fingerprint.ts";
import type { Entry, Ref } from "../expansion/state.ts";
import type { AnyPlan, AnyPlanNode } from "../plan/plan.ts";

/**
 * The fingerprints of all items of a node, taken apart: plain data that a host keeps, so that it can say later what
 * differs.
 */
export type NodeKey = KeyParts & {
  /** Names of the parameters that are files. */
  readonly files: readonly string[];
  /** What each link that some item needs brings: the source node, its output, and a digest of everything that arrives. */
  readonly inputs: readonly NodeKeyInput[];
  /** The fingerprints, item by item. */
  readonly keys: readonly string[];
};

export type NodeKeyInput = {
  readonly port: string;
  readonly source: string;
  readonly output: string;
  readonly digest: string;
};

/** Describes the fingerprints of a node whose items are known. `lists[i]` belongs to `node.links[i]`. */
export function describeKey<E extends Entry<E>>(
  plan: AnyPlan,
  node: AnyPlanNode,
  lists: readonly (readonly Ref<E>[])[],
  entries: readonly E[],
): NodeKey {
  const digest = (value: unknown) => plan.hash(JSON.stringify(value));
  const parts = keyParts(plan, node);
  return {
    ...parts,
    files: parts.params.map(([name]) => name).filter((name) => paramOf(node.definition, name).kind === "file"),
    inputs: node.links.flatMap(({ port, source, sourcePort }, i) => {
      const refs = refKeys(itemAt(lists, i));
      return refs.length === 0
        ? []
        : [{ port, source: itemAt(plan.nodes, source).id, output: sourcePort, digest: digest(refs) }];
    }),
    keys: entries.map(({ key }) => key),
  };
}

/** What differs between two descriptions of one node, one phrase for each part; empty if the fingerprints are equal. */
export function compareKeys(before: NodeKey, now: NodeKey): readonly string[] {
  if (before.keys.join() === now.keys.join()) return [];
  // Another type has other parameters and inputs; listing them all would hide what matters.
  if (before.type !== now.type) return [`its type was ${show(before.type)}`];
  const reasons: string[] = [];
  if (before.version !== now.version) reasons.push(`its type's version: ${before.version} → ${now.version}`);
  if (before.origin !== now.origin)
    reasons.push(`its node pack: ${show(before.origin ?? "none")} → ${show(now.origin ?? "none")}`);
  reasons.push(...compareParams(before, now));
  const inputs = new Map(before.inputs.map((input) => [input.port, input]));
  for (const input of now.inputs) reasons.push(...compareInput(inputs.get(input.port), input));
  for (const { port } of before.inputs)
    if (!now.inputs.some((input) => input.port === port)) reasons.push(`input ${show(port)} is no longer used`);
  const stages = new Map(before.stages);
  for (const [stage, digest] of now.stages)
    if (stages.get(stage) !== digest) reasons.push(`the model stage ${show(stage)} is another`);
  if (before.numerics !== now.numerics) reasons.push(`the numerics: ${show(before.numerics)} → ${show(now.numerics)}`);
  return reasons.length > 0 ? reasons : ["the way in which its key is made"];
}

function compareParams(before: NodeKey, now: NodeKey): string[] {
  const values = new Map(before.params);
  const reasons = now.params.flatMap(([name, value]) => {
    if (!values.has(name)) return [`parameter ${show(name)}: now ${written(value)}`];
    const old = values.get(name);
    values.delete(name);
    if (old === value) return [];
    if (now.files.includes(name)) return [`the content of the file ${show(name)}`];
    return [`parameter ${show(name)}: ${difference(old, value)}`];
  });
  const linked = new Set(now.inputs.map(({ port }) => port));
  for (const [name, value] of values)
    if (!linked.has(name)) reasons.push(`parameter ${show(name)}: no longer ${written(value)}`);
  return reasons;
}

function compareInput(before: NodeKeyInput | undefined, now: NodeKeyInput): string[] {
  const place = ({ source, output }: NodeKeyInput) => `"${source}.${output}"`;
  if (!before) return [`input ${show(now.port)} is newly used, from ${place(now)}`];
  if (before.digest === now.digest) return [];
  if (place(before) !== place(now)) return [`input ${show(now.port)}: ${place(before)} → ${place(now)}`];
  return [`input ${show(now.port)}: ${place(now)} gives something else`];
}

/** Two values. If both are too long to show whole and begin alike, only the part from where they differ. */
function difference(before: ParamValue | undefined, now: ParamValue | undefined): string {
  const [a, b] = [written(before), written(now)];
  if (a !== b || typeof before !== "string" || typeof now !== "string") return `${a} → ${b}`;
  let from = 0;
  while (before[from] === now[from]) from++;
  return `from character ${from + 1} on, ${show(before.slice(from))} → ${show(now.slice(from))}`;
}

function written(value: ParamValue | undefined): string {
  return value === null ? "the pack's own" : show(value);
}
