import { known, readFields } from "../fields/fields.ts";
import { named } from "../fields/named.ts";
import { defineStage, latentFacts, references } from "./define-stage.ts";
import { type StageFiles, stageFiles } from "./files.ts";

/** `image [N, 3, H, W]` in [-1, 1] → `latent [N, channels, H / factor, W / factor]`, not scaled. */
export type LatentEncoder = StageFiles & { readonly role: "latent-encoder"; readonly latent: string };

export const latentEncoder = defineStage<LatentEncoder>({
  role: "latent-encoder",
  read: (section, field, pack) =>
    readFields(section, field, {
      role: known("latent-encoder"),
      ...stageFiles,
      latent: references(pack).latent,
    }),
  countsBeside: ({ latent }, { latents }) => named(latents, latent).scale,
  facts: ({ latent }, pack) => ({ part: "latent-encoder", facts: latentFacts(pack, latent) }),
});
