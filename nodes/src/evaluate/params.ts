import { list, optional, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";

/** Optional inputs that sort items into groups: a number for each, and a name. */
export const keysOf = (items: string) =>
  ({
    groups: optional(
      list(
        t.number(`A number for each of the ${items}, such as its guidance scale; equal numbers are measured together.`),
      ),
    ),
    series: optional(
      list(t.text(`A name for each of the ${items}, such as what made it; equal names are measured together.`)),
    ),
  }) as const;

/** The seed of a bootstrap's draws. */
export const bootstrapSeed = p.seed("Decides what the bootstrap draws: the same seed gives the same interval.");

/** Parameters of every node that returns bootstrap intervals. */
export const bootstrapParams = {
  seed: bootstrapSeed,
  resamples: p.integer("How often the bootstrap draws, for the 95 % interval.", { default: 200, min: 20, max: 10_000 }),
} as const;

/** How far the surroundings of a picture reach, of the nodes that compare manifolds. */
export const neighboursParam = p.integer("How many nearest neighbours the surroundings of a picture reach to.", {
  default: 3,
  min: 1,
  max: 100,
});
