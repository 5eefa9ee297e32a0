import type { PackFacts } from "./pack-facts.ts";
import type { Refinement, SocketType } from "./socket.ts";

/** The type with `{ pack: key }` looked up in the pack's facts. An unknown fact leaves the type open there. */
export function resolveType(type: SocketType, pack: PackFacts | undefined): SocketType {
  if (!type.refine) return type;
  const refine = Object.entries(type.refine).flatMap(([name, fact]): [string, Refinement][] => {
    if (typeof fact !== "object" || !("pack" in fact)) return [[name, fact]];
    const known = pack && Object.hasOwn(pack.refinements, fact.pack) ? pack.refinements[fact.pack] : undefined;
    return known === undefined ? [] : [[name, known]];
  });
  const { refine: _, ...open } = type;
  return refine.length === 0 ? open : { ...open, refine: Object.fromEntries(refine) };
}

/** Whether a value of type `has` may go where `needs` is asked for. Integers are numbers; nothing else is converted. */
export function fits(has: SocketType, needs: SocketType): boolean {
  if (has.kind === "variable" || needs.kind === "variable") return true;
  if (has.kind !== needs.kind && !(has.kind === "integer" && needs.kind === "number")) return false;
  return clash(has, needs) === undefined;
}

/** The name of a fact that both types know and disagree on, or undefined. */
export function clash(a: SocketType, b: SocketType): string | undefined {
  const [ours, theirs] = [a.refine, b.refine];
  if (!ours || !theirs) return undefined;
  return Object.keys(ours).find(
    (name) => theirs[name] !== undefined && identity(ours[name]!) !== identity(theirs[name]),
  );
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
  return "id" in fact ? `id ${fact.id}` : `pack ${fact.pack}`;
}

/** The type in words: "image embedding (space toybox, scale raw)". */
export function describeType(type: SocketType): string {
  const noun = type.kind === "variable" ? "any type" : type.kind.replace("-", " ");
  const facts = Object.entries(type.refine ?? {}).map(([name, fact]) => {
    if (typeof fact !== "object") return `${name} ${fact}`;
    return `${name} ${"id" in fact ? fact.name : `of the pack`}`;
  });
  return facts.length === 0 ? noun : `${noun} (${facts.join(", ")})`;
}
