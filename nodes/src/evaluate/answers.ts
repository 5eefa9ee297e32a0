import type { Description } from "./read-caption.ts";

/** The label that a classifier reads, by head. */
export type Found = { readonly [head: string]: string };

/** The questions that may be asked of a picture, in the order in which tables list them. */
export const questions = [
  ...["colour", "shape", "size", "material", "binding", "relation", "word", "floor", "time", "style"],
] as const;
export type Question = (typeof questions)[number];

/** What questions are called that have another name than the classifier's attribute. */
const attributes = { shape: "solid", colour: "colour", size: "size", material: "material" } as const;
const ofScene = ["floor", "time", "style"] as const;

/**
 * Whether a picture shows what its caption says, as `judge` in training/judge/answers.py asks it. Of one solid: each attribute that the
 * caption names. Of two: "binding", both solids with their own colours wherever they stand, and "relation", the right one the right way
 * round. Of more: "binding" of all in their order, and "relation". A caption with a painted word is asked for the word alone.
 */
export function answer({ things, scene, word }: Description, found: Found): { readonly [Q in Question]?: boolean } {
  if (word !== undefined) return { word: found.word === word };
  const same = (head: string, label: string | undefined) => label === undefined || found[head] === label;
  const answers: { [Q in Question]?: boolean } = {};
  const [first, second, ...more] = things;
  if (first && !second) {
    for (const [question, attribute] of Object.entries(attributes))
      if (first[attribute] !== undefined) answers[question as Question] = same(`${attribute} 1`, first[attribute]);
  } else if (first && second) {
    const isPair = (slot: number, thing = first) =>
      same(`solid ${slot}`, thing.solid) && same(`colour ${slot}`, thing.colour);
    const counted = found.count === undefined || found.count === String(things.length);
    const straight = isPair(1, first) && isPair(2, second) && more.every((thing, i) => isPair(i + 3, thing));
    const swapped = more.length === 0 && isPair(1, second) && isPair(2, first);
    const bound = counted && (straight || swapped);
    answers.binding = bound;
    if (scene.relation !== undefined) {
      // The classifier tells the first of a relation from the second, so a swapped pair is the converse relation.
      const named = (["colour", "solid"] as const).filter((attribute) => first[attribute] !== undefined);
      const kept = named.length === 0 || named.some((attribute) => same(`${attribute} 1`, first[attribute]));
      answers.relation = same("relation", scene.relation) && (bound ? straight : kept);
    }
  }
  for (const attribute of ofScene)
    if (scene[attribute] !== undefined) answers[attribute] = same(attribute, scene[attribute]);
  return answers;
}
