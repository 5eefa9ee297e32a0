import { known, readFields } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import { defineStage, latentFacts, references } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";

/** `latent [N, channels, h, w]`, not scaled → `image [N, 3, h · factor, w · factor]` in [-1, 1]. */
export type LatentDecoder = StageFiles & { readonly role: "latent-decoder"; readonly latent: string };

export const latentDecoder = defineStage<LatentDecoder>({
  role: "latent-decoder",
  read: (section, field, pack) =>
    readFields(section, field, {
      role: known("latent-decoder"),
      ...stageFiles,
      latent: references(pack).latent,
    }),
  countsBeside: ({ latent }, { latents }) => named(latents, latent).scale,
  facts: ({ latent }, pack) => ({ part: "latent-decoder", facts: latentFacts(pack, latent) }),
});
