import { known, optional, type Reader, readFields, readInteger, readNumber } from "../fields/fields.ts";
import { otherTextEncoder } from "./beside.ts";
import { defineStage, references, spaceFact } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";
import { textFacts } from "./text-encoder.ts";

/**
 * `codes`, `position`, `text_embedding`, `text_states`, `text_mask`, `keep_text`, `past` → `logits [N, B]` of what follows the
 * last of the M places that a call is for, and `present [N, 2L, M, w]`, their keys and values, which later calls have in `past`.
 * The sequence holds the T tokens of the caption, its embedding, the bucket of z_i · z_t and the K codes (Ramesh et al. 2022,
 * section 2.2). The pack's arrays `image-basis` and `image-codes` say what the codes mean.
 */
export type AutoregressivePrior = StageFiles & {
  readonly role: "autoregressive-prior";
  readonly space: string;
  readonly text: string;
  /** Codes of an embedding, K. */
  readonly codes: number;
  /** Values that a code may have, B. */
  readonly buckets: number;
  /** Layers of the network, L, each with keys and values. */
  readonly layers: number;
  /** Numbers of the keys of one place in one layer, w. */
  readonly width: number;
  readonly defaults: {
    readonly guidanceScale?: number;
    readonly temperature: number;
    /** The share of the distribution of z_i · z_t, its upper end, that is drawn from. */
    readonly topFraction: number;
  };
};

const count =
  (least: number, most: number): Reader<number> =>
  (value, field) =>
    readInteger(value, field, least, most);

export const autoregressivePrior = defineStage<AutoregressivePrior>({
  role: "autoregressive-prior",
  read: (section, field, pack) => {
    const { space, text } = references(pack);
    return readFields(section, field, {
      role: known("autoregressive-prior"),
      ...stageFiles,
      space,
      text,
      codes: count(1, 16_384),
      buckets: count(2, 65_536),
      layers: count(1, 1024),
      width: count(1, 65_536),
      defaults: (value, at) =>
        readFields(value, at, {
          guidanceScale: optional((scale, where) => readNumber(scale, where, 0, 1000)),
          temperature: (temperature, where) => readNumber(temperature, where, 0, 10),
          topFraction: (share, where) => readNumber(share, where, 0.01, 1),
        }),
    });
  },
  countsBeside: ({ text }, pack) => otherTextEncoder(pack, text),
  facts: ({ space, text, codes }, pack) => ({
    part: "autoregressive-prior",
    facts: { ...spaceFact(pack, space), ...textFacts(pack, text), codes },
  }),
});
