import { known, readFields } from "../fields/fields.ts";
import { defineStage } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";

/** A network for the nodes of a node pack, which ask for it by its name and know what it takes. */
export type Other = StageFiles & { readonly role: "other" };

export const other = defineStage<Other>({
  role: "other",
  read: (section, field) => readFields(section, field, { role: known("other"), ...stageFiles }),
  facts: (_, __, name) => ({ part: name, facts: {} }),
});
