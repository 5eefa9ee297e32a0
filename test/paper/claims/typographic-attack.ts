import { colourOf, lines } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, mean, share } from "../estimate.ts";

const solids = ["ball", "cone"] as const;
const labels: { readonly [noun: string]: string } = { ball: "sphere", cone: "cone", cube: "cube" };
const word = "cube";

export const typographicAttack: Claim = {
  title: "A word on a picture misleads CLIP, not the decoder",
  source: "section 4, figure 6",
  paper:
    "With a paper that says iPod on it, CLIP takes an apple for an iPod (99.98 %), but from that very embedding the decoder still paints apples, never an iPod.",
  workflow: "paper/typographic-attack.json",
  pictures: 2,
  settings: (count) => ({
    prompt: lines(count, (i) => `a large ${colourOf(i)} ${solids[i % 2]} on grass by day`),
    words: lines(count, () => word),
    count,
  }),
  read(made) {
    const attacked = made.rows("probabilities").filter(({ label }) => label === word);
    const [before, after] = (["before", "after"] as const).map((when) =>
      mean(attacked.map((row) => row[when] as number)),
    );
    const painted = made.column<string>("labels-variations", "solid 1");
    const original = share(painted.map((solid, i) => solid === labels[solids[i % 2]!]));
    const misled = share(painted.map((solid) => solid === labels[word]));
    const items = painted.length;
    return {
      measured: [
        { name: `probability of "${word}" in CLIP before`, estimate: before!, items },
        { name: `probability of "${word}" in CLIP with the word`, estimate: after!, items },
        { name: "decoded from that embedding: the picture's own solid", estimate: original, items },
        { name: `decoded from that embedding: a ${word}`, estimate: misled, items },
      ],
      comparisons: [
        { name: `probability of "${word}" with the word above before`, difference: difference(after!, before!) },
        { name: `decoded: the picture's own solid above a ${word}`, difference: difference(original, misled) },
      ],
      pictures: [
        ["pictures", made.pictures("originals")],
        ["with the word", made.pictures("pasted")],
        ["decoded from the embedding with the word, without a caption", made.pictures("variations")],
      ],
      notes: ["The toybox was trained on pictures with words on boards and on solids."],
    };
  },
};
