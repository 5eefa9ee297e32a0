import { cosine } from "../../../nodes/src/vectors/vectors.ts";
import { lines, oneSolid } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, mean, share } from "../estimate.ts";

const etas = [0.2, 0.6, 1];

export const variations: Claim = {
  title: "Variations keep what a picture is about",
  source: "section 3.1, figure 3",
  paper:
    "Pictures that are decoded again from a picture's embedding and inverted noise keep its meaning and style and change the rest, the more so the larger eta.",
  workflow: "paper/variations.json",
  pictures: 1 + etas.length,
  settings: (count) => ({ prompt: lines(count, oneSolid), count }),
  read(made) {
    const files = made.pictures("originals");
    const count = files.length;
    /** Whether the variations show what the original that is `shift` places further shows. */
    const kept = (head: string, shift = 0) => {
      const originals = made.column<string>("labels-originals", head);
      const varied = made.column<string>("labels-variations", head);
      return varied.map((label, i) => label === originals[(i + shift) % count]);
    };
    const both = (shift = 0) => {
      const solids = kept("solid 1", shift);
      return kept("colour 1", shift).map((same, i) => same && solids[i]!);
    };
    const look = made.embeddings("look");
    const far = made.embeddings("see").map((vector, i) => 1 - cosine(vector, look[i % count]!));
    const distances = etas.map((_, row) => mean(far.slice(row * count, (row + 1) * count)));
    const [same, others] = [share(both()), share(both(1))];
    const items = far.length;
    return {
      measured: [
        { name: "colour is the original's", estimate: share(kept("colour 1")), items },
        { name: "shape is the original's", estimate: share(kept("solid 1")), items },
        { name: "both are the original's", estimate: same, items },
        { name: "both are those of another original", estimate: others, items },
        ...distances.map((estimate, i) => ({
          name: `distance to the original in CLIP (1 - cosine), eta ${etas[i]}`,
          estimate,
          items: count,
        })),
      ],
      comparisons: [
        { name: "colour and shape of the original above those of another", difference: difference(same, others) },
        {
          name: `distance at eta ${etas.at(-1)} above that at eta ${etas[0]}`,
          difference: difference(distances.at(-1)!, distances[0]!),
        },
      ],
      notes: [
        "Variations of one original count as if they were of several: the intervals of shares are rather too narrow.",
      ],
      pictures: [
        ["originals", files],
        ...etas.map(
          (eta, row) => [`eta ${eta}`, made.pictures("variations").slice(row * count, (row + 1) * count)] as const,
        ),
      ],
    };
  },
};
