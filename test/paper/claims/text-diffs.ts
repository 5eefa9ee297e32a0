import { colourOf, lines, solidOf } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, share } from "../estimate.ts";

const positions = [0, 0.25, 0.5];

export const textDiffs: Claim = {
  title: "Text diffs change what the captions differ in",
  source: "section 3.3, figure 5",
  paper:
    "Turning an embedding in the direction in which two captions differ, up to between 0.25 and 0.5 of the way, changes the picture as the captions say and keeps the rest.",
  workflow: "paper/text-diffs.json",
  pictures: positions.length,
  settings: (count) => ({
    prompt: lines(count, (i) => `a ${colourOf(i)} ${solidOf(i)}`),
    to: lines(count, (i) => `a ${colourOf(i + 1)} ${solidOf(i)}`),
    count,
  }),
  read(made) {
    const files = made.pictures("edits");
    const count = files.length / positions.length;
    const shares = (column: string) => {
      const right = made.column<boolean | null>("labels-edits", column);
      return positions.map((_, row) => share(right.slice(row * count, (row + 1) * count)));
    };
    const [colours, shapes] = [shares("colour right"), shares("shape right")];
    return {
      measured: positions.flatMap((position, i) => [
        { name: `new colour at ${position}`, estimate: colours[i]!, items: count },
        { name: `old shape at ${position}`, estimate: shapes[i]!, items: count },
      ]),
      comparisons: [{ name: "new colour at 0.5 above at 0", difference: difference(colours.at(-1)!, colours[0]!) }],
      pictures: positions.map((position, row) => [`at ${position}`, files.slice(row * count, (row + 1) * count)]),
      notes: ["Each caption and the one that it becomes differ in the colour alone."],
    };
  },
};
