import { lines, twoSolids } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, share } from "../estimate.ts";
import { waysOfPainting } from "./ways-of-painting.ts";

export const binding: Claim = {
  title: "unCLIP binds attributes worse than the caption alone",
  source: "section 7, figures 14 and 15",
  paper:
    'Of "a red cube on top of a blue cube" unCLIP mixes up colours more often than GLIDE, which sees the caption alone: CLIP\'s embedding does not say which attribute belongs to which thing.',
  workflow: "paper/binding.json",
  pictures: waysOfPainting.length,
  settings: (count) => ({ prompt: lines(count, twoSolids), count }),
  read(made) {
    const right = (name: string, question: string) =>
      made.column<boolean | null>(`labels-${name}`, `${question} right`);
    const bound = Object.fromEntries(waysOfPainting.map(([name]) => [name, share(right(name, "binding"))]));
    return {
      measured: waysOfPainting.flatMap(([name, title]) => [
        { name: `both solids with their colours: ${title}`, estimate: bound[name]!, items: made.pictures(name).length },
        {
          name: `the right one on top: ${title}`,
          estimate: share(right(name, "relation")),
          items: made.pictures(name).length,
        },
      ]),
      comparisons: [
        { name: "binding: caption alone above unCLIP", difference: difference(bound.caption!, bound.unclip!) },
        {
          name: "binding: caption alone above embedding alone",
          difference: difference(bound.caption!, bound.embedding!),
        },
      ],
      pictures: waysOfPainting.map(([name, title]) => [title, made.pictures(name)]),
    };
  },
};
