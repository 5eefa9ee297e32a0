import { type Lookup, resolveFact, sharedNames } from "./resolve-fact.ts";
import type { Refinement, SocketType } from "./socket.ts";

/**
 * The type with its facts looked up: in the pack, among those that the node's sockets share, in its settings. An unknown fact leaves the
 * type open there.
 */
export function resolveType(type: SocketType, lookup: Lookup): SocketType {
  if (!type.refine) return type;
  const refine = Object.entries(type.refine).flatMap(([name, fact]): [string, Refinement][] => {
    const known = resolveFact(fact, lookup);
    return known === undefined ? [] : [[name, known]];
  });
  const { refine: _, ...open } = type;
  return refine.length === 0 ? open : { ...open, refine: Object.fromEntries(refine) };
}

const none: readonly [] = [];

/** What a socket of type `has` says of the facts that a declared type shares with other sockets of its node, by their names. */
export function sharedFacts(declared: SocketType, has: SocketType): readonly (readonly [name: string, Refinement])[] {
  if (!declared.refine) return none;
  return Object.entries(declared.refine).flatMap(([name, fact]) => {
    const known = has.refine?.[name];
    return known === undefined ? [] : sharedNames(fact).map((shared) => [shared, known] as const);
  });
}

/** Whether a value of type `has` may go where `needs` is asked for. Integers are numbers; nothing else is converted. */
export function fits(has: SocketType, needs: SocketType): boolean {
  if (has.kind === "variable" || needs.kind === "variable") return true;
  if (has.kind !== needs.kind && !(has.kind === "integer" && needs.kind === "number")) return false;
  return clash(has, needs) === undefined;
}

/** The name of a fact that both types know and disagree on, or undefined. */
export function clash(a: SocketType, b: SocketType): string | undefined {
  if (!a.refine || !b.refine) return undefined;
  for (const [name, ours] of Object.entries(a.refine)) {
    const theirs = b.refine[name];
    if (theirs !== undefined && identity(ours) !== identity(theirs)) return name;
  }
  return undefined;
}

/** The one type of two sockets that share a variable, or undefined if they clash. A number in which they differ, such as a width, is left open. */
export function unify(a: SocketType, b: SocketType): SocketType | undefined {
  if (a.kind === "variable") return b;
  if (b.kind === "variable") return a;
  const [one, other] = [openWhereApart(a, b), openWhereApart(b, a)];
  if (!fits(one, other) && !fits(other, one)) return undefined;
  const { kind } = fits(one, other) ? other : one;
  const common = Object.entries(one.refine ?? {}).filter(([name]) => other.refine?.[name] !== undefined);
  return common.length === 0 ? { kind } : { kind, refine: Object.fromEntries(common) };
}

function openWhereApart(type: SocketType, other: SocketType): SocketType {
  if (!type.refine) return type;
  const apart = ([name, fact]: [string, Refinement]) =>
    typeof fact === "number" && other.refine?.[name] !== undefined && other.refine[name] !== fact;
  return { ...type, refine: Object.fromEntries(Object.entries(type.refine).filter((each) => !apart(each))) };
}

/** Of two facts that can be compared; what is still to be looked up is like itself alone. */
function identity(fact: Refinement): string {
  if (typeof fact !== "object") return `${typeof fact} ${fact}`;
  return "id" in fact ? `id ${fact.id}` : JSON.stringify(fact);
}

/**
 * The type in words: "image embedding (space toybox, scale raw)". Beside the type that it clashes with, a fact that both call by one name is
 * followed by the beginning of its id: "space clip 3723765b…".
 */
export function describeType(type: SocketType, beside?: SocketType): string {
  const noun = type.kind === "variable" ? "any type" : type.kind.replace("-", " ");
  const facts = Object.entries(type.refine ?? {}).map(([name, fact]) => {
    if (typeof fact !== "object") return `${name} ${fact}`;
    if ("id" in fact)
      return `${name} ${fact.name}${isNamesake(fact, beside?.refine?.[name]) ? ` ${fact.id.slice(0, 8)}…` : ""}`;
    if ("same" in fact) return `the same ${name}`;
    return "pack" in fact ? `${name} of the pack` : `its ${name}`;
  });
  return facts.length === 0 ? noun : `${noun} (${facts.join(", ")})`;
}

function isNamesake(fact: { readonly id: string; readonly name: string }, other: Refinement | undefined): boolean {
  return typeof other === "object" && "id" in other && other.name === fact.name && other.id !== fact.id;
}
