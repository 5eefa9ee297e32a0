import { heldOutCaptions } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, share } from "../estimate.ts";

const arms = [
  ["none", "caption alone, no image embedding"],
  ["text", "text embedding as image embedding"],
  ["prior", "the prior's embedding"],
] as const;

export const priorAblation: Claim = {
  title: "The prior helps",
  source: "section 5.1, figure 8, ablation",
  paper:
    "With the same decoder, pictures from the caption alone are worst, those from the text embedding in place of an image embedding better, and those from the prior's embedding best (FID 16.55 with text embeddings, 7.99 with the prior).",
  workflow: "paper/prior-ablation.json",
  pictures: 3,
  settings: (count) => ({ prompt: heldOutCaptions(count), count }),
  read(made) {
    const agree = ([name]: (typeof arms)[number]) => made.column<boolean | null>(`labels-${name}`, "agreement");
    const [none, text, prior] = arms.map((arm) => share(agree(arm)));
    return {
      measured: arms.map((arm, i) => ({
        name: `all that the caption says is right: ${arm[1]}`,
        estimate: [none!, text!, prior!][i]!,
        items: agree(arm).length,
      })),
      comparisons: [
        { name: "text embedding above caption alone", difference: difference(text!, none!) },
        { name: "prior above text embedding", difference: difference(prior!, text!) },
        { name: "prior above caption alone", difference: difference(prior!, none!) },
      ],
      pictures: arms.map(([name, row]) => [row, made.pictures(name)]),
      notes: [
        "The captions are those of held-out renders. This decoder reads the caption too, as the paper's does, and half of what it was trained on had one.",
      ],
    };
  },
};
