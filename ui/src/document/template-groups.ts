import type { TemplateJson } from "@clipwork/server/wire";

/** What templates are for, in the order in which they are shown. */
const order = [
  "Caption to picture",
  "Sweeps",
  "Loops",
  "Change a picture",
  "The space of embeddings",
  "Priors",
  "What CLIP sees",
  "Measure",
  "Kandinsky",
  "Karlo and others",
];

/** Where templates stand whose file names no group, or one that is not known here. */
const others = "Others";

export type TemplateGroup = { readonly name: string; readonly templates: readonly TemplateJson[] };

/**
 * The templates whose title, file name, group or description has all of the words, in whatever letters, by group. Groups
 * without any are left out; within a group the templates stay in their order.
 */
export function groupTemplates(templates: readonly TemplateJson[], words: string): readonly TemplateGroup[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = templates.filter(({ id, title, group, summary }) => {
    const text = `${title} ${id} ${group} ${summary}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  const groups = Map.groupBy(found, ({ group }) => order.find((name) => name === group) ?? others);
  return [...order, others].flatMap((name) => {
    const templates = groups.get(name);
    return templates ? [{ name, templates }] : [];
  });
}

/** The text up to the end of its first sentence; all of it if it ends nowhere. */
export function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}
