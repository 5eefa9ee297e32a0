import type { Catalogue } from "../catalogue/environment.ts";
import { roundsParam } from "../catalogue/loop-nodes.ts";
import { maxSeed, type Param, type ParamValue } from "../catalogue/param.ts";
import type { Document } from "../document/document.ts";
import { roundsName } from "../document/loop.ts";
import type { Address } from "../document/read-node.ts";
import { typeNode } from "./graph.ts";

/** A name that a workflow exposes, as what may be set by it. */
export type ExposedParam = {
  readonly name: string;
  /** What all parameters that the name stands for take: of numbers the range that they share, of choices those that all have. */
  readonly param: Param;
  /** What the workflow says for the first of them. */
  readonly value: ParamValue;
};

/**
 * What a workflow exposes, in its order. Names that cannot be set are left out: those that stand for no parameter, and for one that is fed
 * by a link.
 */
export function exposedParams<Services>(document: Document, catalogue: Catalogue<Services>): readonly ExposedParam[] {
  return [...document.exposed].flatMap(([name, addresses]) => {
    const found = addresses.map((address) => paramAt(document, address, catalogue));
    const [first, ...others] = found.filter((each) => each !== undefined);
    if (!first || others.length + 1 < found.length) return [];
    return { name, param: others.reduce((all, { param }) => narrower(all, param), first.param), value: first.value };
  });
}

function paramAt<Services>(
  document: Document,
  { node: id, port }: Address,
  catalogue: Catalogue<Services>,
): Omit<ExposedParam, "name"> | undefined {
  const loop = document.instances.get(id)?.loop;
  if (loop && port === roundsName) return { param: roundsParam, value: loop.rounds };
  const node = document.nodes.get(id);
  const typed = node && typeNode(node, catalogue);
  if (!typed || !Object.hasOwn(typed.definition.params, port)) return undefined;
  if (typed.inputs.some((link) => link.port === port)) return undefined;
  const param = typed.definition.params[port]!;
  const value = Object.hasOwn(typed.params, port) ? (typed.params[port] as ParamValue) : param.default;
  return { param, value };
}

function narrower(param: Param, other: Param): Param {
  const [range, more] = [rangeOf(param), rangeOf(other)];
  if (range && more) {
    const kind = param.kind === "number" ? other.kind : param.kind;
    const both = { min: Math.max(range.min, more.min), max: Math.min(range.max, more.max) };
    return kind === "seed" ? { ...param, kind } : ({ ...param, kind, ...both } as Param);
  }
  if (param.kind !== "choice" || other.kind !== "choice") return param;
  return { ...param, choices: param.choices.filter((choice) => other.choices.includes(choice)) };
}

function rangeOf(param: Param): { readonly min: number; readonly max: number } | undefined {
  if (param.kind === "seed") return { min: 0, max: maxSeed };
  return param.kind === "integer" || param.kind === "number" ? param : undefined;
}
