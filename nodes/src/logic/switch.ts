import { p, when } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

/** Input `number` of the switch, needed only if it is picked. */
const input = (number: number) => when("pick", number, t.variable("T", `What is passed on if pick is ${number}.`));

export const switchNode = defineNode({
  type: "logic.switch",
  version: 1,
  title: "Switch",
  summary: "Passes on one of its inputs; nodes that only the others need do not run.",
  inputs: { first: input(1), second: input(2), third: input(3), fourth: input(4) },
  outputs: { value: t.variable("T", "The input that is picked.") },
  params: {
    pick: p.integer("Which input, counted from 1; a list picks for each item.", { default: 1, min: 1, max: 4 }),
  },
  moves: true,
  run: ({ first, second, third, fourth }, { pick }) => ({ value: [first, second, third, fourth][pick - 1]! }),
});
