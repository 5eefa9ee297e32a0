import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const limits = { min: -1e9, max: 1e9 };

const holds = {
  above: (a: number, b: number) => a > b,
  below: (a: number, b: number) => a < b,
  equal: (a: number, b: number) => a === b,
} as const;

export const compare = defineNode({
  type: "logic.compare",
  version: 1,
  title: "Compare",
  summary:
    "Whether a number is above, below or equal to another, such as for a loop that goes on as long as that is so.",
  inputs: { number: t.number("The number.") },
  outputs: { holds: t.boolean("Whether it is so.") },
  params: {
    is: p.choice("What the number has to be.", ["above", "below", "equal"], "above"),
    than: p.number("What it is compared with.", { default: 0, ...limits }),
  },
  run: ({ number }, { is, than }) => ({ holds: holds[is](number, than) }),
});
