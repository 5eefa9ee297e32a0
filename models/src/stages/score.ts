import { known, optional, readFields } from "../fields/fields.ts";
import { defineStage, references, spaceFact } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";
import { textFacts } from "./text-encoder.ts";

/** `image_embedding`, `text_embedding` → `score [N, K]`: an aesthetic rating, a detector's odds. */
export type Score = StageFiles & { readonly role: "score"; readonly space: string; readonly text?: string };

export const score = defineStage<Score>({
  role: "score",
  read: (section, field, pack) => {
    const { space, text } = references(pack);
    return readFields(section, field, { role: known("score"), ...stageFiles, space, text: optional(text) });
  },
  facts: ({ space, text }, pack) => ({ part: "score", facts: { ...spaceFact(pack, space), ...textFacts(pack, text) } }),
});
