import {
  known,
  optional,
  type Reader,
  readFields,
  readInteger,
  readList,
  readMap,
  readText,
  refuse,
} from "../fields/fields.ts";
import { defineStage, references, spaceFact } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";
import { readSight, type Sight } from "./spaces.ts";
import { textFacts } from "./text-encoder.ts";

/** How captions say what a classifier reads: wordings in small letters, by what they mean. */
export type Wording = {
  /** By attribute and label: that of the head "solid 1" is "solid". */
  readonly words: { readonly [attribute: string]: { readonly [label: string]: readonly string[] } };
  /** Wordings of a "relation" as seen from the second thing, by label: "below" is "on" the other way round. */
  readonly converse: { readonly [label: string]: readonly string[] };
  /** Names for a thing whose "solid" is not stated. */
  readonly nouns: readonly string[];
  /** Wordings before a painted "word". */
  readonly says: readonly string[];
};

/**
 * Rates embeddings, `image_embedding` and `text_embedding`, or pictures, `image` normalised as the stage itself says. Without heads
 * it returns `score [N, K]`: an aesthetic rating, a detector's odds. With heads it is a classifier, which returns the logits
 * [N, K] of each head under its name, and `features [N, F]` if the manifest says how many.
 */
export type Score = StageFiles & {
  readonly role: "score";
  readonly space?: string;
  readonly text?: string;
  readonly image?: Sight;
  /** Labels of each head, in the order of its logits. One that ends in a number, such as "colour 2", is of the second thing. */
  readonly heads?: { readonly [name: string]: readonly string[] };
  readonly features?: number;
  readonly wording?: Wording;
};

const readWordings: Reader<readonly string[]> = (value, field) =>
  readList(value, field, 1000).map((wording, i) => readText(wording, `${field}[${i}]`));

const readLabels: Reader<readonly string[]> = (value, field) => {
  const labels = readWordings(value, field);
  if (labels.length < 2) refuse(field, value, "two labels or more");
  if (new Set(labels).size < labels.length) refuse(field, value, "labels of which no two are the same");
  return labels;
};

const readWording: Reader<Wording> = (value, field) =>
  readFields(value, field, {
    words: (words, at) => readMap(words, at, (labels, of) => readMap(labels, of, readWordings)),
    converse: (labels, at) => readMap(labels, at, readWordings),
    nouns: readWordings,
    says: readWordings,
  });

export const score = defineStage<Score>({
  role: "score",
  read(section, field, pack) {
    const { space, text } = references(pack);
    const stage = readFields(section, field, {
      role: known("score"),
      ...stageFiles,
      space: optional(space),
      text: optional(text),
      image: optional(readSight),
      heads: optional((heads, at) => readMap(heads, at, readLabels)),
      features: optional((features, at) => readInteger(features, at, 1, 16_384)),
      wording: optional(readWording),
    });
    if ((stage.space === undefined) === (stage.image === undefined))
      refuse(field, section, 'a stage with "space", which rates embeddings, or with "image", which rates pictures');
    if (stage.text !== undefined && stage.space === undefined)
      refuse(`${field}.text`, stage.text, 'left out without "space"');
    for (const name of ["features", "wording"] as const)
      if (stage[name] !== undefined && !stage.heads)
        refuse(`${field}.${name}`, stage[name], 'left out without "heads"');
    return stage;
  },
  facts: ({ space, text, heads }, pack) => ({
    part: heads ? "classifier" : "score",
    facts: { ...spaceFact(pack, space), ...textFacts(pack, text) },
  }),
});
