import { known, readFields, refuse } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import { defineStage, references, spaceFact } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";

/** `image`, normalised as its space says → `embedding [N, D]`, not normalised. */
export type ImageEncoder = StageFiles & { readonly role: "image-encoder"; readonly space: string };

export const imageEncoder = defineStage<ImageEncoder>({
  role: "image-encoder",
  read: (section, field, pack) => {
    const { space } = references(pack);
    const stage = readFields(section, field, { role: known("image-encoder"), ...stageFiles, space });
    if (!named(pack.spaces, stage.space).image)
      refuse(
        `${field}.space`,
        stage.space,
        `a space with "image", which says how a picture becomes the encoder's input`,
      );
    return stage;
  },
  countsBeside: ({ space }, { spaces }) => named(spaces, space).image,
  facts: ({ space }, pack) => ({ part: "clip-image", facts: spaceFact(pack, space) }),
});
