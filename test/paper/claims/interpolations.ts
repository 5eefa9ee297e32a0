import { lines, oneSolid } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, share } from "../estimate.ts";

const positions = [0, 0.25, 0.5, 0.75, 1];
const pictureKinds = positions.length + 2;

export const interpolations: Claim = {
  title: "Interpolations go from one picture to another",
  source: "section 3.2, figure 4",
  paper:
    "Spherical interpolation between two embeddings on fixed noise blends what is in both pictures; its ends are the two pictures' own reconstructions.",
  workflow: "paper/interpolations.json",
  pictures: pictureKinds,
  settings: (count) => ({
    prompt: lines(count, oneSolid),
    to: lines(count, (i) => oneSolid(i + 3)),
    count,
  }),
  read(made) {
    const starts = made.pixels("start");
    const count = starts.length;
    const pixels = made.pixels("between");
    const ends = [
      ...starts.map((digest, i) => digest === pixels[i]),
      ...made.pixels("end").map((digest, i) => digest === pixels[pixels.length - count + i]),
    ];
    /** At each position, how many pictures show the solid's colour and shape that the first or the second caption names. */
    const shows = (which: string) => {
      const colour = made.column<boolean | null>(`labels-${which}`, "colour right");
      const shape = made.column<boolean | null>(`labels-${which}`, "shape right");
      const both = colour.map((right, i) => right === true && shape[i] === true);
      return positions.map((_, row) => share(both.slice(row * count, (row + 1) * count)));
    };
    const [first, second] = [shows("first"), shows("second")];
    return {
      measured: [
        {
          name: "end equals the picture that is decoded directly, pixel for pixel",
          estimate: share(ends),
          items: 2 * count,
        },
        ...positions.flatMap((position, i) => [
          { name: `shows the first caption's solid at ${position}`, estimate: first[i]!, items: count },
          { name: `shows the second caption's solid at ${position}`, estimate: second[i]!, items: count },
        ]),
      ],
      comparisons: [
        { name: "first caption's solid at 0 above at 1", difference: difference(first[0]!, first.at(-1)!) },
        { name: "second caption's solid at 1 above at 0", difference: difference(second.at(-1)!, second[0]!) },
      ],
      pictures: positions.map((position, row) => [
        `at ${position}`,
        made.pictures("between").slice(row * count, (row + 1) * count),
      ]),
    };
  },
};
