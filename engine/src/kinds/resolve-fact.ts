import type { PackFacts } from "./pack-facts.ts";
import type { Refinement } from "./socket.ts";

/** What the facts that sockets of one node share are, by the name they share them under. */
export type SharedFacts = ReadonlyMap<string, Refinement>;

/** What is known of a node's own settings. */
export type Settings = {
  /** The number that a parameter has; null if it has none, undefined if a link feeds it. */
  readonly param: (name: string) => number | null | undefined;
  /** A number that is known of the file that a parameter names. */
  readonly file: (param: string, fact: string) => number | undefined;
};

/** What facts are looked up in. What is absent is unknown. */
export type Lookup = {
  readonly pack?: PackFacts | undefined;
  readonly shared?: SharedFacts | undefined;
  readonly settings?: Settings | undefined;
};

/** The fact as a value that can be compared, or undefined while it is unknown. */
export function resolveFact(fact: Refinement, lookup: Lookup): Refinement | undefined {
  if (typeof fact !== "object" || "id" in fact) return fact;
  const { pack, shared, settings } = lookup;
  if ("same" in fact) return shared?.get(fact.same);
  if ("pack" in fact)
    return pack && Object.hasOwn(pack.refinements, fact.pack) ? pack.refinements[fact.pack] : undefined;
  if ("param" in fact) return settings?.param(fact.param) ?? undefined;
  if ("file" in fact) return settings?.file(fact.file, fact.fact);
  if ("first" in fact) return firstKnown(fact.first, lookup);
  return scaled(fact, lookup);
}

function firstKnown(facts: readonly Refinement[], lookup: Lookup): Refinement | undefined {
  for (const fact of facts) {
    const known = resolveFact(fact, lookup);
    if (known !== undefined) return known;
    if (typeof fact === "object" && "param" in fact && lookup.settings?.param(fact.param) !== null) return undefined;
  }
  return undefined;
}

function scaled(
  { of, times = 1, over = 1 }: { readonly of: Refinement; readonly times?: Refinement; readonly over?: Refinement },
  lookup: Lookup,
): number | undefined {
  const [number, factor, divisor] = [of, times, over].map((part) => resolveFact(part, lookup));
  if (typeof number !== "number" || typeof factor !== "number" || typeof divisor !== "number") return undefined;
  const scaled = (number * factor) / divisor;
  return Number.isInteger(scaled) ? scaled : undefined;
}

/** The names under which a declared fact is shared with other sockets of its node. */
export function sharedNames(fact: Refinement): readonly string[] {
  if (typeof fact !== "object") return [];
  if ("same" in fact) return [fact.same];
  return "first" in fact ? fact.first.flatMap(sharedNames) : [];
}

/** The first parameter that decides a declared fact, if any does. */
export function decidingParam(fact: Refinement | undefined): string | undefined {
  if (typeof fact !== "object") return undefined;
  if ("param" in fact) return fact.param;
  if ("first" in fact) return fact.first.map(decidingParam).find((param) => param !== undefined);
  return "of" in fact ? decidingParam(fact.of) : undefined;
}

/** Whether a declared fact depends on the settings of the node that has it, not on its type and pack alone. */
export function isOfSettings(fact: Refinement): boolean {
  if (typeof fact !== "object") return false;
  if ("param" in fact || "file" in fact) return true;
  if ("first" in fact) return fact.first.some(isOfSettings);
  return "of" in fact && [fact.of, fact.times, fact.over].some((part) => part !== undefined && isOfSettings(part));
}
