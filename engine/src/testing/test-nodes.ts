import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { list, optional, t, when } from "../kinds/socket.ts";

/** What the test nodes ask of their host: a hook that may count, delay or fail a call. */
export type TestServices = { readonly call?: (label: string, signal: AbortSignal) => Promise<void> | void };

const defineNode = nodeDefiner<TestServices>();
const anyNumber = { default: 0, min: -1e9, max: 1e9 };

/** A number. */
export const constant = defineNode({
  type: "math.constant",
  version: 1,
  title: "Constant",
  summary: "Outputs a number.",
  outputs: { value: t.number("The number.") },
  params: { value: p.number("The number.", anyNumber) },
  run: (_, { value }) => ({ value }),
});

/** a + b; b may be linked. Calls the hook as "a+b" and waits if it returns a promise. */
export const add = defineNode({
  type: "math.add",
  version: 1,
  title: "Add",
  summary: "Adds two numbers.",
  inputs: { a: t.number("First.") },
  outputs: { value: t.number("The sum.") },
  params: { b: p.number("Second.", anyNumber) },
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

/** Fails for one given number. */
export const failFor = defineNode({
  type: "test.fail",
  version: 1,
  title: "Fail",
  summary: "Fails for one number.",
  inputs: { value: t.number("Passed on.") },
  outputs: { value: t.number("The number.") },
  params: { at: p.number("Fails for this.", anyNumber) },
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

/** True for the numbers that are not 0. Calls the hook as "truth a". */
export const truth = defineNode({
  type: "test.truth",
  version: 1,
  title: "Truth",
  summary: "Whether a number is not 0.",
  inputs: { a: t.number("A number.") },
  outputs: { value: t.boolean("Whether it is not 0.") },
  run({ a }, _, { call, signal }) {
    call?.(`truth ${a}`, signal);
    return { value: a !== 0 };
  },
});

/** Passes on one of two, and moves what it is given. */
export const pick = defineNode({
  type: "test.pick",
  version: 1,
  title: "Pick",
  summary: "Passes on one of two.",
  inputs: { yes: when("which", true, t.variable("T", "If so.")), no: when("which", false, t.variable("T", "If not.")) },
  outputs: { value: t.variable("T", "The one.") },
  params: { which: p.boolean("Which.", true) },
  moves: true,
  run: ({ yes, no }, { which }) => ({ value: which ? yes! : no! }),
});

/** Half of one number or twice another: computes, and needs only the input it computes from. */
export const halve = defineNode({
  type: "test.halve",
  version: 1,
  title: "Halve",
  summary: "Halves one or doubles the other.",
  inputs: {
    half: when("how", "half", t.number("To be halved.")),
    twice: optional(when("how", "twice", t.number("To be doubled."))),
  },
  outputs: { value: t.number("The result; -1 for nothing.") },
  params: { how: p.choice("How.", ["half", "twice", "not"], "half") },
  run({ half, twice }, { how }, { call, signal }) {
    call?.(how, signal);
    return { value: half !== undefined ? half / 2 : twice !== undefined ? twice * 2 : -1 };
  },
});

/** A number that is known to be whole. */
export const whole = defineNode({
  type: "test.whole",
  version: 1,
  title: "Whole",
  summary: "Declares a number whole.",
  inputs: { value: t.number("A whole number.") },
  outputs: { value: t.integer("The same.") },
  run: ({ value }) => ({ value }),
});

/** A word. */
export const word = defineNode({
  type: "test.word",
  version: 1,
  title: "Word",
  summary: "Outputs a word.",
  outputs: { value: t.text("The word.") },
  params: { word: p.text("The word.") },
  run: (_, { word }) => ({ value: word }),
});

/** All pairs of two lists, at most 64. */
export const pairs = defineNode({
  type: "test.pairs",
  version: 1,
  title: "Pairs",
  summary: "Outputs all pairs.",
  inputs: { a: list(t.variable("A", "First.")), b: list(t.variable("B", "Second.")) },
  outputs: { a: list(t.variable("A", "First, repeated.")), b: list(t.variable("B", "Second, repeated.")) },
  moves: true,
  run({ a, b }) {
    if (a.length * b.length > 64) throw new Error("too many pairs");
    return { a: a.flatMap((x) => b.map(() => x)), b: a.flatMap(() => b) };
  },
});

/** A sink. */
export const show = defineNode({
  type: "output.show",
  version: 1,
  title: "Show",
  summary: "Outputs a value.",
  inputs: { value: t.variable("T", "Anything.") },
});

export const testNodes = [constant, add, range, sum, failFor, reroute, truth, pick, halve, whole, word, pairs, show];
