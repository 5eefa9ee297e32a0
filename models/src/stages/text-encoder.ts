import { known, optional, readFields } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import { defineStage, type Fact, type PackBody, references, spaceFact, stagesOf } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";

/** `ids`, `text_mask` → `embedding [N, D]`, not normalised, if it has a space, and `states [N, T, W]`, after the final layer norm. */
export type TextEncoder = StageFiles & {
  readonly role: "text-encoder";
  readonly text: string;
  /** Absent for an encoder of states alone, which has no embedding in a CLIP space. */
  readonly space?: string;
};

export const textEncoder = defineStage<TextEncoder>({
  role: "text-encoder",
  read: (section, field, pack) => {
    const { text, space } = references(pack);
    return readFields(section, field, { role: known("text-encoder"), ...stageFiles, text, space: optional(space) });
  },
  countsBeside: ({ text }, { texts }) => {
    const { tokenizer, contextLength } = named(texts, text);
    const { file: _, ...tokens } = tokenizer;
    return { ...tokens, contextLength };
  },
  facts: ({ text, space }, pack) => ({
    part: "clip-text",
    facts: { ...textFacts(pack, text), ...spaceFact(pack, space) },
  }),
});

/** The stage that encodes the captions of a text; undefined if the pack has none. */
export function textEncoderOf(
  pack: Pick<PackBody, "stages">,
  text: string | undefined,
): readonly [name: string, stage: TextEncoder] | undefined {
  return stagesOf<TextEncoder>(pack, "text-encoder").find(([, stage]) => stage.text === text);
}

/**
 * The text that a stage encodes or reads, and the space in which its encoder puts captions if the pack has that encoder: one of its own,
 * in which there are no pictures, if it has states alone.
 */
export function textFacts(pack: PackBody, text: string | undefined): { readonly [name: string]: Fact } {
  if (text === undefined) return {};
  const own = { id: named(pack.texts, text).id, name: text };
  const encoder = textEncoderOf(pack, text)?.[1];
  if (!encoder) return { text: own };
  const { space } = encoder;
  return { text: own, textSpace: space === undefined ? own : { id: named(pack.spaces, space).id, name: space } };
}
