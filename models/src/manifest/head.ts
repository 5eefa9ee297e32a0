import { readFields, readList, readMatch, readObject, readText } from "../fields/fields.ts";

/** What every format says of a pack as a whole. */
export type Head = {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly licence: string;
  /** Words the pack was trained on, by attribute. */
  readonly vocabulary: { readonly [attribute: string]: readonly string[] };
  /** Where the weights were downloaded from; absent if they were not. */
  readonly origin?: Origin;
};

export type Origin = {
  /** The address of the repository's page. */
  readonly from: string;
  /** The commit, or whatever else names the very version there. */
  readonly revision: string;
  /** When the user accepted the licence, in ISO 8601. */
  readonly accepted: string;
};

export const namePattern = /^[a-z][a-z0-9-]{0,63}$/;
export const nameRule = "lower-case letters, digits and hyphens, starting with a letter, at most 64";

export function readHead(root: Readonly<Record<string, unknown>>): Head {
  return {
    name: readMatch(root.name, "name", namePattern, nameRule),
    title: readText(root.title, "title"),
    version: readText(root.version, "version", 64),
    licence: readText(root.licence, "licence"),
    vocabulary: readVocabulary(root.vocabulary),
    ...(root.origin === undefined ? {} : { origin: readOrigin(root.origin) }),
  };
}

const readOrigin = (value: unknown): Origin =>
  readFields(value, "origin", {
    from: (text, field) => readText(text, field, 500),
    revision: (text, field) => readText(text, field, 100),
    accepted: (text, field) => readText(text, field, 64),
  });

/** Checks the name of a part of the pack; `what` is "a stage's name", as messages say it. */
export function readPartName(name: string, what: string): string {
  return readMatch(name, what, namePattern, nameRule);
}

function readVocabulary(value: unknown): Head["vocabulary"] {
  const entries = Object.entries(readObject(value, "vocabulary")).map(([attribute, words]) => {
    readMatch(attribute, `the vocabulary's attribute`, /^[a-zA-Z][a-zA-Z0-9 _-]{0,63}$/, "a short plain name");
    const field = `vocabulary.${attribute}`;
    return [attribute, readList(words, field, 100_000).map((word, i) => readText(word, `${field}[${i}]`))] as const;
  });
  return Object.fromEntries(entries);
}
