import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const reroute = defineNode({
  type: "util.reroute",
  version: 1,
  title: "Reroute",
  summary: "Passes its input on, to keep long links tidy.",
  inputs: { value: t.variable("T", "Anything.") },
  outputs: { value: t.variable("T", "The same.") },
  moves: true,
  run: ({ value }) => ({ value }),
});
