import { heldOutCaptions } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, type Estimate, share } from "../estimate.ts";

const arms = [
  ["diffusion", "diffusion prior"],
  ["autoregressive", "autoregressive prior"],
] as const;

export const priors: Claim = {
  title: "The diffusion prior is at least as good as the autoregressive one",
  source: "section 5, tables 1 and 2",
  paper:
    "The diffusion prior is preferred for caption similarity (45.3 % against 41.1 % of comparisons with GLIDE) and has the lower FID (10.39 against 10.63), with less compute.",
  workflow: "paper/priors.json",
  pictures: arms.length,
  settings: (count) => ({ prompt: heldOutCaptions(count), count }),
  read(made) {
    const found = arms.map(([name, title]) => {
      const fit = made.rows(`fit-${name}`).find(({ measure }) => measure === "cosine");
      if (!fit) throw new Error(`fit-${name} has no row "cosine".`);
      return {
        name,
        title,
        items: made.pictures(name).length,
        agree: share(made.column<boolean | null>(`labels-${name}`, "agreement")),
        cosine: { value: fit.value, low: fit.low, high: fit.high } as Estimate,
      };
    });
    const [diffusion, autoregressive] = found;
    return {
      measured: found.flatMap(({ title, agree, cosine, items }) => [
        { name: `all that the caption says is right: ${title}`, estimate: agree, items },
        { name: `cosine of embedding and caption: ${title}`, estimate: cosine, items },
      ]),
      comparisons: [
        {
          name: "agreement: diffusion above autoregressive",
          difference: difference(diffusion!.agree, autoregressive!.agree),
        },
        {
          name: "cosine to the caption: diffusion above autoregressive",
          difference: difference(diffusion!.cosine, autoregressive!.cosine),
        },
      ],
      pictures: found.map(({ name, title }) => [title, made.pictures(name)]),
      notes: [
        "Of the diffusion prior two candidates are drawn and the one closer to the caption is kept; the autoregressive prior draws its fit from the upper half: both as in the paper.",
      ],
    };
  },
};
