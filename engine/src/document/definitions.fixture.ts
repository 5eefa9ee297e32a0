import { node, workflow } from "../testing/index.ts";
import type { Problem } from "./problem.ts";

/** A node that is an instance of the definition: `instance("twice", { value: "one.value" }, { by: 5 })`. */
export const instance = (id: string, inputs: object = {}, params: object = {}, more: object = {}) =>
  node(`subgraph.${id}`, params, inputs, more);

export const one = node("math.constant", { value: 1 });
export const show = (value: string) => node("output.show", {}, { value });

/** Adds `by` to the value that it is given. */
export const plus = {
  title: "Plus",
  nodes: { sum: node("math.add", { b: 10 }, { a: "in.value" }) },
  inputs: { value: {} },
  outputs: { value: { from: "sum.value" } },
  exposed: { by: "sum.b" },
};

/** Adds `by` to what it is given, twice. */
export const addTwice = {
  title: "Add twice",
  nodes: {
    first: node("math.add", { b: 1 }, { a: "in.value" }),
    second: node("math.add", { b: 1 }, { a: "first.value" }),
  },
  inputs: { value: {} },
  outputs: { value: { from: "second.value" }, half: { from: "first.value" } },
  exposed: { by: ["first.b", "second.b"] },
};

/** Shows 1 after 5 was added to it twice. */
export const chain = workflow(
  { one, sub: instance("twice", { value: "one.value" }, { by: 5 }), show: show("sub.value") },
  { definitions: { twice: addTwice } },
);

/** Gives what it is given. */
export const pass = { nodes: {}, inputs: { value: {} }, outputs: { value: { from: "in.value" } } };

/** Problems in short: "code node.port". */
export const places = (problems: readonly Problem[]): string[] =>
  problems.map(({ code, node, port }) =>
    [code, node && [node, port].filter(Boolean).join(".")].filter(Boolean).join(" "),
  );

/** Names that every object has, or that change one: as keys of JSON they mean nothing special. */
export const objectNames = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"] as const;

/** The object that JSON text makes of an entry whose name may be "__proto__". */
export const entry = (name: string, value: unknown): object =>
  JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
