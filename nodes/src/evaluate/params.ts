import { list, optional, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";

/** An optional number for each item, by which they are told apart. */
export const groupsOf = (items: string) =>
  optional(list(t.number(`A number for each of the ${items}, such as its guidance scale: each group is measured.`)));

/** Parameters of every node that gives bootstrap intervals. */
export const bootstrapParams = {
  seed: p.seed(),
  resamples: p.integer("How often the bootstrap draws, for the 95 % interval.", { default: 200, min: 20, max: 10_000 }),
} as const;
