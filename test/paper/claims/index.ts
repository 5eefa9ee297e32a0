import type { Claim } from "../claim.ts";
import { binding } from "./binding.ts";
import { guidance } from "./guidance.ts";
import { interpolations } from "./interpolations.ts";
import { pcaReconstructions } from "./pca-reconstructions.ts";
import { priorAblation } from "./prior-ablation.ts";
import { priors } from "./priors.ts";
import { textDiffs } from "./text-diffs.ts";
import { textRendering } from "./text-rendering.ts";
import { typographicAttack } from "./typographic-attack.ts";
import { variations } from "./variations.ts";

/** The claims in the order of the paper; the name is that of the picture too. */
export const claims: { readonly [name: string]: Claim } = {
  variations,
  interpolations,
  "text-diffs": textDiffs,
  "typographic-attack": typographicAttack,
  "pca-reconstructions": pcaReconstructions,
  "prior-ablation": priorAblation,
  priors,
  guidance,
  binding,
  "text-rendering": textRendering,
};
