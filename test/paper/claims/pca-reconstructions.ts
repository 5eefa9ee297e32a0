import { lines, oneSolid } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, mean, share } from "../estimate.ts";

const counts = [2, 8, 32, 128];

export const pcaReconstructions: Claim = {
  title: "Principal components go from coarse to fine",
  source: "section 4, figure 7",
  paper:
    "Decoded from its first principal components alone, a picture keeps its coarse meaning; each further component adds detail (20 to 320 of 1024 are shown).",
  workflow: "paper/pca-reconstructions.json",
  pictures: counts.length,
  settings: (count) => ({ prompt: lines(count, oneSolid), count }),
  read(made) {
    const files = made.pictures("rebuilt");
    const items = files.length / counts.length;
    /** Items come embedding by embedding, each with every count. */
    const ofCount = <V>(all: readonly V[], i: number) => all.filter((_, item) => item % counts.length === i);
    const lost = made.rows("errors").map((row) => row.lost as number);
    const scene = ["floor", "time"].map((question) =>
      made.column<boolean | null>("labels-rebuilt", `${question} right`),
    );
    const solid = ["colour", "shape"].map((question) =>
      made.column<boolean | null>("labels-rebuilt", `${question} right`),
    );
    const shares = (columns: readonly (readonly (boolean | null)[])[]) =>
      counts.map((_, i) => share(columns.flatMap((column) => ofCount(column, i))));
    const [scenes, solids] = [shares(scene), shares(solid)];
    return {
      measured: counts.flatMap((count, i) => [
        {
          name: `share of the embedding that is lost with ${count} components`,
          estimate: mean(ofCount(lost, i)),
          items,
        },
        { name: `floor and time right with ${count}`, estimate: scenes[i]!, items: 2 * items },
        { name: `colour and shape right with ${count}`, estimate: solids[i]!, items: 2 * items },
      ]),
      comparisons: [
        { name: "floor and time right with all above with 2", difference: difference(scenes.at(-1)!, scenes[0]!) },
        { name: "colour and shape right with all above with 2", difference: difference(solids.at(-1)!, solids[0]!) },
        { name: "with 8, floor and time right above colour and shape", difference: difference(scenes[1]!, solids[1]!) },
      ],
      notes: ["The components are the pack's: those of CLIP's embeddings of the training set."],
      pictures: counts.map((count, i) => [`${count} components`, ofCount(files, i)]),
    };
  },
};
