// Reads and validates one hostile workflow and prints the outcome as JSON. It is a process of its own, so that its test can
// limit its memory: `node --max-old-space-size=MB hostile.fixture.ts CASE`.

import { validate } from "../plan/validate.ts";
import { node, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { parseDocument, readDocument } from "./document.ts";

const million = 1_000_000;
const times = (count: number, write: (i: number) => string) => Array.from({ length: count }, (_, i) => write(i)).join();
const wrap = (nodes: string, more = "") => `{"format":"clipwork/1","nodes":{${nodes}}${more}}`;
const add = (i: number, source: string) => `"n${i}":{"type":"math.add","version":1,"inputs":{"a":"${source}.value"}}`;

const cases: { readonly [name: string]: () => unknown } = {
  "a million nodes of text": () => wrap(times(million, (i) => add(i, "n0"))),
  "a million nodes of JSON": () => {
    const nodes: { [id: string]: object } = {};
    for (let i = 0; i < million; i++) nodes[`n${i}`] = {};
    return workflow(nodes);
  },
  "as many nodes as are read": () => wrap(times(200_000, (i) => `"n${i}":{"type":"math.constant","version":1}`)),
  "100,000 dangling links": () => wrap(times(100_000, (i) => add(i, `m${i}`))),
  "100,000 unknown types": () => wrap(times(100_000, (i) => `"n${i}":{"type":"math.adds${i}","version":1}`)),
  "100,000 circles": () => wrap(times(100_000, (i) => add(i, `n${i}`))),
  "millions of empty objects": () => wrap("", `,"meta":[${times(5_500_000, () => "{}")}]`),
  "a million exposed parameters": () => wrap("", `,"exposed":{"seed":[${times(million, () => '"a.b"')}]}`),
  "a million members and as many groups and notes": () =>
    wrap(
      `"n0":{"type":"math.constant","version":1}`,
      `,"groups":{"g":{"title":"G","members":[${times(million, () => '"n0"')}]},${times(50_000, (i) => `"g${i}":1`)}},"notes":{${times(50_000, (i) => `"n${i}":1`)}}`,
    ),
  "a million lists within each other": () => wrap("", `,"meta":${"[".repeat(million)}${"]".repeat(million)}`),
  "a type of ten million characters": () => wrap(`"a":{"type":"${"x".repeat(10_000_000)}","version":1}`),
  "a port of ten million characters": () =>
    workflow({ a: node("math.add", {}, { ["x".repeat(10_000_000)]: 1, ["y".repeat(10_000_000)]: "a.value" }) }),
  "loops whose thousand rounds are set from outside": () => {
    const many = (make: (i: number) => unknown) =>
      Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`n${i}`, make(i)]));
    const definitions = {
      outer: { nodes: { inner: node("loop.repeat.wide", { rounds: 1 }) }, exposed: { times: "inner.rounds" } },
      wide: { nodes: { one: node("math.constant") }, outputs: many(() => ({ from: "one.value" })) },
    };
    return workflow({ outer: node("subgraph.outer", { times: 1000 }) }, { definitions });
  },
};

const made = cases[process.argv[2]!]!();
const read = typeof made === "string" ? parseDocument(made) : readDocument(made);
const { problems } = read.document ? validate(read.document, testEnvironment(testNodes), { targets: ["n0"] }) : read;
process.stdout.write(
  JSON.stringify({
    codes: [...new Set(problems.map(({ code }) => code))],
    count: problems.length,
    longest: Math.max(0, ...problems.map(({ message, remedy }) => message.length + remedy.length)),
  }),
);
