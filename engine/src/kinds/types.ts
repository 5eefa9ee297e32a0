import type { PackFacts } from "./pack-facts.ts";
import type { Refinement, SocketType } from "./socket.ts";

/** What the facts that sockets of one node share are, by the name they share them under. */
export type SharedFacts = ReadonlyMap<string, Refinement>;

/**
 * The type with `{ pack: key }` looked up in the pack's facts, and `{ same: name }` among those that the node's sockets share.
 * An unknown fact leaves the type open there.
 */
export function resolveType(type: SocketType, pack: PackFacts | undefined, shared?: SharedFacts): SocketType {
  if (!type.refine) return type;
  const refine = Object.entries(type.refine).flatMap(([name, fact]): [string, Refinement][] => {
    const known = resolveFact(fact, pack, shared);
    return known === undefined ? [] : [[name, known]];
  });
  const { refine: _, ...open } = type;
  return refine.length === 0 ? open : { ...open, refine: Object.fromEntries(refine) };
}

function resolveFact(
  fact: Refinement,
  pack: PackFacts | undefined,
  shared: SharedFacts | undefined,
): Refinement | undefined {
  if (typeof fact !== "object") return fact;
  if ("same" in fact) return shared?.get(fact.same);
  if (!("pack" in fact)) return fact;
  return pack && Object.hasOwn(pack.refinements, fact.pack) ? pack.refinements[fact.pack] : undefined;
}

const none: readonly [] = [];

/** What a socket of type `has` says of the facts that a declared type shares with other sockets of its node, by their names. */
export function sharedFacts(declared: SocketType, has: SocketType): readonly (readonly [name: string, Refinement])[] {
  if (!declared.refine) return none;
  return Object.entries(declared.refine).flatMap(([name, fact]) => {
    const known = has.refine?.[name];
    return typeof fact === "object" && "same" in fact && known !== undefined ? [[fact.same, known] as const] : [];
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

/** The one type of two sockets that share a variable, or undefined if they clash. */
export function unify(a: SocketType, b: SocketType): SocketType | undefined {
  if (a.kind === "variable") return b;
  if (b.kind === "variable") return a;
  if (!fits(a, b) && !fits(b, a)) return undefined;
  const { kind } = fits(a, b) ? b : a;
  const common = Object.entries(a.refine ?? {}).filter(([name]) => b.refine?.[name] !== undefined);
  return common.length === 0 ? { kind } : { kind, refine: Object.fromEntries(common) };
}

function identity(fact: Refinement): string {
  if (typeof fact !== "object") return `${typeof fact} ${fact}`;
  if ("id" in fact) return `id ${fact.id}`;
  return "pack" in fact ? `pack ${fact.pack}` : `same ${fact.same}`;
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
    return "pack" in fact ? `${name} of the pack` : `the same ${name}`;
  });
  return facts.length === 0 ? noun : `${noun} (${facts.join(", ")})`;
}

function isNamesake(fact: { readonly id: string; readonly name: string }, other: Refinement | undefined): boolean {
  return typeof other === "object" && "id" in other && other.name === fact.name && other.id !== fact.id;
}
