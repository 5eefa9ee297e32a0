import { list, optional, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";

/** Optional inputs by which items are told apart: a number for each, and a name. */
export const keysOf = (items: string) =>
  ({
    groups: optional(
      list(t.number(`A number for each of the ${items}, such as its guidance scale: each is measured.`)),
    ),
    series: optional(list(t.text(`A name for each of the ${items}, such as what made it: each is measured.`))),
  }) as const;

/** Parameters of every node that gives bootstrap intervals. */
export const bootstrapParams = {
  seed: p.seed(),
  resamples: p.integer("How often the bootstrap draws, for the 95 % interval.", { default: 200, min: 20, max: 10_000 }),
} as const;
