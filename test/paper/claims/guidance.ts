import type { Claim } from "../claim.ts";
import { difference, type Estimate, share } from "../estimate.ts";
import type { Made } from "../make.ts";

const arms = [
  ["unclip", "unCLIP"],
  ["caption", "decoder from the caption alone"],
] as const;
const scales = 3;

export const guidance: Claim = {
  title: "Guidance costs unCLIP less diversity",
  source: "section 5.3, figures 10 and 11",
  paper:
    "As the decoder's guidance grows, the pictures of a model that sees the caption alone (GLIDE) become alike, while unCLIP's, whose prior fixed what is in them, keep their diversity.",
  workflow: "paper/guidance.json",
  pictures: arms.length * scales,
  settings: (count) => ({ prompt: "a cube", count, scales }),
  read(made) {
    const found = arms.map(([name, title]) => ({ name, title, diversity: diversityOf(made, name) }));
    const falls = found.map(({ diversity }) => difference(diversity[0]!.estimate, diversity.at(-1)!.estimate));
    return {
      measured: found.flatMap(({ name, title, diversity }) => [
        ...diversity.map(({ scale, estimate, items }) => ({
          name: `diversity (1 - cosine) at scale ${scale}: ${title}`,
          estimate,
          items,
        })),
        {
          name: `shows a cube, all scales: ${title}`,
          estimate: share(made.column<boolean | null>(`labels-${name}`, "agreement")),
          items: made.pictures(name).length,
        },
      ]),
      comparisons: [
        {
          name: "diversity lost from the lowest scale to the highest: caption alone above unCLIP",
          difference: difference(falls[1]!, falls[0]!),
        },
      ],
      pictures: found.flatMap(({ name, title, diversity }) => {
        const files = made.pictures(name);
        const seeds = files.length / scales;
        return diversity.map(
          ({ scale }, i) => [`${title}, scale ${scale}`, files.slice(i * seeds, (i + 1) * seeds)] as const,
        );
      }),
    };
  },
};

function diversityOf(made: Made, name: string) {
  return made.rows(`diversity-${name}`).map((row) => ({
    scale: row.group as number,
    items: row.items as number,
    estimate: { value: row.value, low: row.low, high: row.high } as Estimate,
  }));
}
