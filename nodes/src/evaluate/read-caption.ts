import type { Wording } from "@clipwork/models";

/** A thing as a caption describes it: label by attribute, of those that it names. */
export type Thing = { readonly [attribute: string]: string };

/** What a caption says of its picture. Attributes that it does not name are absent. */
export type Description = {
  /** In the order of the picture's heads: if the relation is stated from the second thing, that one comes second here too. */
  readonly things: readonly Thing[];
  /** Labels of the scene: "floor", "time", "style", "relation". */
  readonly scene: { readonly [attribute: string]: string };
  /** The word that is painted somewhere. */
  readonly word?: string;
};

type Entry = { readonly attribute: string; readonly label: string; readonly converse: boolean };

/**
 * Reads a caption with the wording of a classifier's stage. At each word the longest wording that begins there is taken, so that "on
 * sand" is a floor and "on" a relation; what no wording covers is passed over. Adjectives belong to the next noun. `ofThings` are the
 * attributes that things have.
 */
export function readCaption(caption: string, wording: Wording, ofThings: ReadonlySet<string>): Description {
  const tokens = caption.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? [];
  const entries = entriesOf(wording);
  const says = new Set(wording.says);
  const nouns = new Set(wording.nouns);
  const longest = Math.max(...[...entries.keys(), ...says, ...nouns].map((phrase) => phrase.split(" ").length));
  const things: Thing[] = [];
  const scene: { [attribute: string]: string } = {};
  let [thing, converse, word]: [{ [attribute: string]: string }, boolean, string | undefined] = [{}, false, undefined];
  const end = () => {
    things.push(thing);
    thing = {};
  };
  for (let at = 0; at < tokens.length; ) {
    const lengths = Array.from({ length: Math.min(longest, tokens.length - at) }, (_, i) => i + 1).reverse();
    const length = lengths.find((count) => {
      const phrase = tokens.slice(at, at + count).join(" ");
      return entries.has(phrase) || says.has(phrase) || nouns.has(phrase);
    });
    if (length === undefined) {
      at++;
      continue;
    }
    const phrase = tokens.slice(at, at + length).join(" ");
    at += length;
    const entry = entries.get(phrase);
    if (says.has(phrase)) {
      word = wordOf(tokens[at], wording) ?? word;
      at++;
    } else if (!entry) end();
    else if (ofThings.has(entry.attribute)) {
      thing[entry.attribute] = entry.label;
      if (entry.attribute === "solid") end();
    } else {
      scene[entry.attribute] = entry.label;
      if (entry.attribute === "relation") converse = entry.converse;
    }
  }
  if (Object.keys(thing).length > 0) end();
  if (converse) things.reverse();
  return { things, scene, ...(word !== undefined && { word }) };
}

function entriesOf({ words, converse }: Wording): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [attribute, labels] of Object.entries(words)) {
    // A painted word is read behind what announces it alone: "red" and "cube" are words too.
    if (attribute === "word") continue;
    for (const [label, phrases] of Object.entries(labels))
      for (const phrase of phrases) entries.set(phrase, { attribute, label, converse: false });
  }
  for (const [label, phrases] of Object.entries(converse))
    for (const phrase of phrases) entries.set(phrase, { attribute: "relation", label, converse: true });
  return entries;
}

function wordOf(token: string | undefined, { words }: Wording): string | undefined {
  const found = Object.entries(words.word ?? {}).find(([, phrases]) => token !== undefined && phrases.includes(token));
  return found?.[0];
}
