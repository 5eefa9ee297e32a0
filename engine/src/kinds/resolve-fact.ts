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
    if (mayBeAnything(fact, lookup)) return undefined;
  }
  return undefined;
}

/** Whether a fact that is unknown counts all the same: a parameter that a link feeds, and numbers that are known and give no whole one. */
function mayBeAnything(fact: Refinement, lookup: Lookup): boolean {
  if (typeof fact !== "object") return false;
  if ("param" in fact) return lookup.settings?.param(fact.param) !== null;
  if (!("of" in fact)) return false;
  const isOpen = resolveFact(fact.of, lookup) === undefined && mayBeAnything(fact.of, lookup);
  return isOpen || numbersOf(fact, lookup) !== undefined;
}

type Scaled = { readonly of: Refinement; readonly times?: Refinement; readonly over?: Refinement };

function scaled(fact: Scaled, lookup: Lookup): number | undefined {
  const numbers = numbersOf(fact, lookup);
  if (!numbers) return undefined;
  const [number, factor, divisor] = numbers;
  const scaled = (number * factor) / divisor;
  return Number.isInteger(scaled) ? scaled : undefined;
}

/** The number, what it is multiplied by and what it is divided by, if all are known. */
function numbersOf({ of, times = 1, over = 1 }: Scaled, lookup: Lookup): readonly [number, number, number] | undefined {
  const [number, factor, divisor] = [of, times, over].map((part) => resolveFact(part, lookup));
  if (typeof number !== "number" || typeof factor !== "number" || typeof divisor !== "number") return undefined;
  return [number, factor, divisor];
}

/**
 * The names under which a declared fact is shared with other sockets of its node. What may be scaled is shared under none: which of the two
 * numbers a link says is not known here.
 */
export function sharedNames(fact: Refinement): readonly string[] {
  if (typeof fact !== "object") return [];
  if ("same" in fact) return [fact.same];
  if (!("first" in fact)) return [];
  const isScaled = fact.first.some((part) => typeof part === "object" && "of" in part);
  return isScaled ? [] : fact.first.flatMap(sharedNames);
}

/** The parameter that decides a fact, and the number that would make the fact `needed`; undefined if something else decides it. */
export function decidingParam(
  fact: Refinement | undefined,
  needed: Refinement | undefined,
  lookup: Lookup,
): { readonly param: string; readonly value: number } | undefined {
  if (typeof fact !== "object" || typeof needed !== "number") return undefined;
  if ("param" in fact) return { param: fact.param, value: needed };
  if ("first" in fact) {
    const decides = fact.first.find((part) => resolveFact(part, lookup) !== undefined);
    // An empty parameter does not change what the pack says.
    if (typeof decides === "object" && "pack" in decides) return undefined;
    const parts = fact.first.slice(0, decides === undefined ? undefined : fact.first.indexOf(decides) + 1);
    return parts.map((part) => decidingParam(part, needed, lookup)).find((found) => found !== undefined);
  }
  if (!("of" in fact)) return undefined;
  const [times, over] = [fact.times ?? 1, fact.over ?? 1].map((part) => resolveFact(part, lookup));
  if (typeof times !== "number" || typeof over !== "number") return undefined;
  return decidingParam(fact.of, (needed * over) / times, lookup);
}

/** Whether a declared fact depends on the settings of the node that has it, not on its type and pack alone. */
export function isOfSettings(fact: Refinement): boolean {
  if (typeof fact !== "object") return false;
  if ("param" in fact || "file" in fact) return true;
  if ("first" in fact) return fact.first.some(isOfSettings);
  return "of" in fact && [fact.of, fact.times, fact.over].some((part) => part !== undefined && isOfSettings(part));
}
