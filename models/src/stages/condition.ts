import { known, optional, readFields } from "../fields/fields.ts";
import { defineStage, references, spaceFact } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";
import { nullEmbedding } from "./null-embedding.ts";
import { textFacts } from "./text-encoder.ts";

/**
 * `image_embedding`, `text_embedding`, `text_states`, `text_mask`, `keep_image`, `keep_text` → `context [N, L, C]`, tokens of the
 * image first and then those of the caption, and `time [N, E]`: the conditioning of a denoiser, computed once for all its steps.
 */
export type Condition = StageFiles & {
  readonly role: "condition";
  readonly space: string;
  readonly text?: string;
  /** Replaces the image embedding in the unguided row. */
  readonly nullImageEmbedding?: readonly number[];
};

export const condition = defineStage<Condition>({
  role: "condition",
  read: (section, field, pack) => {
    const { space, text } = references(pack);
    return readFields(section, field, {
      role: known("condition"),
      ...stageFiles,
      space,
      text: optional(text),
      nullImageEmbedding: optional(nullEmbedding(section, field, pack)),
    });
  },
  facts: ({ space, text }, pack) => ({
    part: "decoder-condition",
    facts: { ...spaceFact(pack, space), ...textFacts(pack, text) },
  }),
});
