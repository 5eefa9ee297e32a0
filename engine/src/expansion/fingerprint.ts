import { paramOf } from "../catalogue/declared.ts";
import type { ParamValue } from "../catalogue/param.ts";
import { append } from "../document/append.ts";
import { itemAt } from "../document/lookup.ts";
import type { AnyPlan, AnyPlanNode } from "../plan/plan.ts";

/** Where an input's item comes from. */
export type Source = { readonly entry: { readonly key: string }; readonly port: string; readonly index: number };

/** What a node's results depend on besides its inputs. Plain data, in a fixed order. */
export type KeyParts = {
  readonly type: string;
  readonly version: number;
  /** The node pack that brings the type; absent for Clipwork's own types. */
  readonly origin?: string;
  /** By name. A file is represented by the digest of its content; linked and `addedLater` ones at their default are left out. */
  readonly params: readonly (readonly [name: string, value: ParamValue | undefined])[];
  /** Digests by name; of arrays as `arrays/NAME`. */
  readonly stages: readonly (readonly [stage: string, digest: string])[];
  readonly numerics: string;
};

/**
 * Everything the result of one item depends on: the node's type, version and origin, its parameters (defaults filled in,
 * files by content, linked ones left out), where its inputs come from, the digests of its model stages and arrays, the numerics.
 * `inputs[i]` belongs to `node.links[i]`: one ref, or all of them if the input takes the whole list, or none if the item
 * does not need it.
 */
export function fingerprint(plan: AnyPlan, node: AnyPlanNode, inputs: readonly (readonly Source[])[]): string {
  return plan.hash(describe(plan, node, inputs));
}

/** JSON of nested lists, whose order is fixed here and nowhere else. */
function describe(plan: AnyPlan, node: AnyPlanNode, inputs: readonly (readonly Source[])[]): string {
  const { type, version, origin, params, stages, numerics } = keyParts(plan, node);
  const from = describeInputs(node, inputs);
  const parts: unknown[] = ["clipwork-fingerprint/1", type, version, params, from, stages, numerics];
  if (origin !== undefined) parts.push(origin);
  return JSON.stringify(parts);
}

function describeInputs({ links }: AnyPlanNode, inputs: readonly (readonly Source[])[]): readonly unknown[] {
  let described: unknown[] | undefined;
  for (let i = 0; i < links.length; i++) {
    const refs = refKeys(itemAt(inputs, i));
    if (refs.length > 0) described = append(described, [itemAt(links, i).port, refs]);
  }
  return described ?? none;
}

/** Where items come from, as fingerprints say it. */
export function refKeys(refs: readonly Source[]): readonly (readonly [key: string, port: string, index: number])[] {
  return refs.map(({ entry, port, index }) => [entry.key, port, index]);
}

/** The parts of a node's fingerprints that all its items share. */
export function keyParts({ numerics }: AnyPlan, node: AnyPlanNode): KeyParts {
  let params: KeyParts["params"][number][] | undefined;
  for (const name of sortedNames(node.params)) {
    if (isLinked(node, name) || isAsBefore(node, name)) continue;
    const { kind } = paramOf(node.definition, name);
    params = append(params, [name, kind === "file" ? node.files[name] : node.params[name]]);
  }
  const stages = sortedNames(node.stages).map((name) => [name, node.stages[name]!] as const);
  const { type, version, origin } = node.definition;
  const parts = { type, version, params: params ?? none, stages, numerics };
  return origin === undefined ? parts : { ...parts, origin };
}

/** Shared by the many nodes that have none. */
const none: readonly [] = [];

function sortedNames(record: object): readonly string[] {
  const names = Object.keys(record);
  return names.length > 1 ? names.sort() : names;
}

function isLinked({ links }: AnyPlanNode, name: string): boolean {
  for (const { port } of links) if (port === name) return true;
  return false;
}

/** Whether the node does what it did before its type had the parameter. */
function isAsBefore({ definition, params }: AnyPlanNode, name: string): boolean {
  const param = paramOf(definition, name);
  return param.addedLater === true && params[name] === param.default;
}
