import { node, workflow } from "../testing/index.ts";

/** A loop of a definition: `loop("repeat", "plus", { value: "one.value" }, { rounds: 5 })`. */
export const loop = (kind: "repeat" | "while", id: string, inputs: object = {}, params: object = {}, more = {}) =>
  node(`loop.${kind}.${id}`, params, inputs, more);

export const show = (value: string) => node("output.show", {}, { value });
export const one = node("math.constant", { value: 1 });

/** Adds the number of the round to what it carries, and collects the sums. */
export const plus = {
  title: "Plus",
  nodes: { sum: node("math.add", {}, { a: "in.value", b: "in.round" }) },
  inputs: { value: {}, round: {} },
  outputs: { value: { from: "sum.value" }, all: { from: "sum.value" } },
};

/** Subtracts `by` from what it carries, again as long as that is not 0. */
export const down = {
  title: "Down",
  nodes: {
    less: node("math.add", { b: -1 }, { a: "in.value" }),
    truth: node("test.truth", {}, { a: "less.value" }),
  },
  inputs: { value: {} },
  outputs: { value: { from: "less.value" }, all: { from: "less.value" }, again: { from: "truth.value" } },
  exposed: { by: "less.b" },
};

/** A workflow of a number, a loop that carries it, and outputs of what the loop gives at its end and in all rounds. */
export const around = (of: object, definitions: object, { start = 1, more = {} } = {}) =>
  workflow(
    {
      start: node("math.constant", { value: start }),
      loop: of,
      show: show("loop.value"),
      all: show("loop.all"),
    },
    { definitions, ...more },
  );
