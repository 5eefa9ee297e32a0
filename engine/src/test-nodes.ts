import { nodeDefiner } from "./node.ts";
import { p } from "./param.ts";
import { list, optional, t } from "./socket.ts";

/** What the test nodes ask of their host: a hook that may count, delay or fail a call. */
export type TestServices = { readonly call?: (label: string, signal: AbortSignal) => Promise<void> | void };

const defineNode = nodeDefiner<TestServices>();
const whole = { default: 0, min: -1e9, max: 1e9 };

/** A number. */
export const constant = defineNode({
  type: "math.constant",
  version: 1,
  title: "Constant",
  summary: "Gives a number.",
  outputs: { value: t.number("The number.") },
  params: { value: p.number("The number.", whole) },
  run: (_, { value }) => ({ value }),
});

/** a + b; b may be linked. Calls the hook as "a+b" and waits for it where it gives a promise. */
export const add = defineNode({
  type: "math.add",
  version: 1,
  title: "Add",
  summary: "Adds two numbers.",
  inputs: { a: t.number("First.") },
  outputs: { value: t.number("The sum.") },
  params: { b: p.number("Second.", whole) },
  run({ a }, { b }, { call, signal }) {
    const called = call?.(`${a}+${b}`, signal);
    return called ? called.then(() => ({ value: a + b })) : { value: a + b };
  },
});

/** The numbers from 0 up to `count`. */
export const range = defineNode({
  type: "list.range",
  version: 1,
  title: "Range",
  summary: "Counts.",
  inputs: { first: optional(t.number("Where to begin.")) },
  outputs: { values: list(t.number("The numbers.")), count: t.integer("How many.") },
  params: { count: p.integer("How many.", { default: 3, min: 0, max: 1e6 }) },
  run: ({ first = 0 }, { count }, { call, signal }) => {
    call?.(`range ${count}`, signal);
    return { values: Array.from({ length: count }, (_, i) => first + i), count };
  },
});

/** The sum of a whole list. */
export const sum = defineNode({
  type: "list.sum",
  version: 1,
  title: "Sum",
  summary: "Adds a list.",
  inputs: { values: list(t.number("The list.")) },
  outputs: { value: t.number("The sum.") },
  run: ({ values }) => ({ value: values.reduce((a, b) => a + b, 0) }),
});

/** Fails for the number that it is told. */
export const failFor = defineNode({
  type: "test.fail",
  version: 1,
  title: "Fail",
  summary: "Fails for one number.",
  inputs: { value: t.number("Passed on.") },
  outputs: { value: t.number("The number.") },
  params: { at: p.number("Fails for this.", whole) },
  run({ value }, { at }) {
    if (value === at) throw new Error(`cannot do ${value}`);
    return { value };
  },
});

/** Passes on whatever is linked. */
export const reroute = defineNode({
  type: "util.reroute",
  version: 1,
  title: "Reroute",
  summary: "Passes on.",
  inputs: { value: t.variable("T", "Anything.") },
  outputs: { value: t.variable("T", "The same.") },
  run: ({ value }) => ({ value }),
});

/** A sink. */
export const show = defineNode({
  type: "output.show",
  version: 1,
  title: "Show",
  summary: "Gives a value.",
  inputs: { value: t.variable("T", "Anything.") },
});

export const testNodes = [constant, add, range, sum, failFor, reroute, show];
