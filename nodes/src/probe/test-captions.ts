import { NodeError, p } from "@clipwork/engine";
import type { Wording } from "@clipwork/models";
import { gaussian } from "../diffusion/philox.ts";
import { type Host, requireStage } from "../stage/stage.ts";

/** Parameters of the nodes that make captions with which a pack is tested. */
export const captionParams = {
  pack: p.pack(),
  count: p.integer("How many captions at most; no two are the same, and there may be fewer.", {
    default: 16,
    min: 1,
    max: 5000,
  }),
  seed: p.seed("Decides which captions: the same seed gives the same ones."),
} as const;

/** The first wording of each label of an attribute, by what the pack's classifier reads. Throws NodeError if it reads none. */
export function wordsOf(pack: string, attribute: string, host: Pick<Host, "pack">): ReadonlyMap<string, string> {
  const { stage } = requireStage(host.pack(pack), "classifier");
  const labels = Object.entries(stage.wording?.words[attribute] ?? ({} as Wording["words"][string]));
  const words = new Map(labels.flatMap(([label, [first]]) => (first === undefined ? [] : [[label, first] as const])));
  if (words.size > 0) return words;
  throw new NodeError(
    `The classifier of the pack "${pack}" has no words for "${attribute}".`,
    "Choose a pack whose classifier reads it.",
  );
}

/** So many of the items, or all where there are fewer: by the order of counted noise, so that a longer draw begins with a shorter one. */
export function drawSome<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  const noise = gaussian(seed, "captions", 0, items.length);
  const order = [...items.keys()].sort((a, b) => noise[a]! - noise[b]! || a - b);
  return order.slice(0, count).map((i) => items[i]!);
}

/** The caption of a template, "{}" in which becomes the text. Throws NodeError for a template without one. */
export function fillTemplate(template: string, text: string): string {
  if (template.includes("{}")) return template.replaceAll("{}", () => text);
  throw new NodeError(`The template "${template}" has no place for the words.`, 'Write "{}" where they go.');
}

/** The words with the article that they take. */
export function withArticle(words: string): string {
  return /^[aeiou]/i.test(words) ? `an ${words}` : `a ${words}`;
}
