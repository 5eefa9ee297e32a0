import assert from "node:assert/strict";
import { test } from "node:test";
import { defineKind, type Kind } from "../kinds/kind.ts";
import { list, optional, socketOf, t, whenPack } from "../kinds/socket.ts";
import { node, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { add, show, testNodes } from "../testing/test-nodes.ts";
import { catalogueFromJson, catalogueJson, createCatalogue, kindsJson, kindsOf } from "./catalogue.ts";
import type { AnyNodeDefinition, NodeDefinition } from "./node.ts";
import { nodeDefiner } from "./node.ts";
import { p } from "./param.ts";

const defineNode = nodeDefiner<unknown>();

test("[C1] two node types of one name throw", () => {
  assert.throws(() => createCatalogue([add, show, add]), /Two node types are called "math.add"/);
});

test("[C2] a declaration that contradicts itself throws", () => {
  const base = { type: "test.bad", version: 1, title: "Bad", summary: "Bad.", run: () => ({}) as never };
  const number = t.number(".");
  const bad: [Parameters<typeof defineNode>[0] | object, RegExp][] = [
    [{ type: "bad" }, /"group\.name"/],
    [{ type: "Test.Bad" }, /"group\.name"/],
    [{ version: 0 }, /whole number from 1/],
    [{ inputs: { "my-input": number } }, /"my-input" may only have/],
    [{ inputs: { __proto__x: number } }, /may only have/],
    [{ inputs: { a: number }, params: { a: p.seed() } }, /an input and a parameter have the same name/],
    [{ outputs: { a: t.variable("T", ".") } }, /no input binds the type of output "a"/],
    [{ outputs: { a: optional(number) } }, /cannot be optional/],
    [{ outputs: { a: whenPack("decoder.text", number) } }, /"a" depends on a fact of the pack/],
    [{ params: { n: p.integer(".", { default: 5, min: 0, max: 3 }) } }, /default of "n" is 5, but the most/],
    [{ params: { a: p.pack(), b: p.pack() } }, /more than one pack parameter/],
    [{ stages: ["prior"] }, /stages but has no pack/],
    [{ arrays: ["basis"] }, /arrays or stages but has no pack/],
    [{ optionalArrays: ["basis"] }, /arrays or stages but has no pack/],
    [{ version: 3, migrations: [{ from: 1, name: "x", apply: (parts: never) => parts }] }, /leave no gap/],
    [{ run: undefined, outputs: { a: number } }, /a sink and has no outputs/],
  ];
  for (const [part, pattern] of bad)
    assert.throws(() => createCatalogue([defineNode({ ...base, ...part } as never)]), pattern);
  assert.equal(createCatalogue([defineNode({ ...base, inputs: { a: list(number) }, outputs: { a: number } })]).size, 1);
});

test("[C3] the catalogue is plain data, sorted by type", () => {
  const json = catalogueJson(createCatalogue(testNodes as readonly AnyNodeDefinition[]));
  assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
  const types = json.map(({ type }) => type);
  assert.deepEqual(types, [...types].sort());
  const kinds = kindsJson(createCatalogue(testNodes as readonly AnyNodeDefinition[]));
  assert.deepEqual(JSON.parse(JSON.stringify(kinds)), kinds);
  assert.deepEqual(
    kinds.find(({ kind }) => kind === "text"),
    { kind: "text", hue: 80 },
  );
  assert.ok(!("hue" in kinds.find(({ kind }) => kind === "variable")!));
  const [sink] = json.filter(({ sink }) => sink);
  assert.equal(sink!.type, "output.show");
  const declared = json.find(({ type }) => type === "math.add")!;
  assert.deepEqual(declared.params.b, {
    kind: "number",
    summary: "Second.",
    default: 0,
    min: -1e9,
    max: 1e9,
    linkable: true,
  });
});

test("[C4] a catalogue read from its plain data finds the same problems", () => {
  const catalogue = createCatalogue(testNodes as readonly AnyNodeDefinition[]);
  const [nodes, kinds] = JSON.parse(JSON.stringify([catalogueJson(catalogue), kindsJson(catalogue)]));
  const copy = catalogueFromJson(nodes, kinds);
  const wrong = workflow({
    one: node("math.add", { b: "x", c: 1 }, { d: "two.value" }),
    two: node("math.ad"),
    pick: node("test.pick", { which: false }, { yes: "two.value" }),
    end: node("output.show", {}, { value: "one.sum" }),
  });
  const { problems } = validateJson(wrong, testEnvironment(testNodes));
  assert.ok(problems.length > 3);
  assert.deepEqual(validateJson(wrong, { ...testEnvironment([]), catalogue: copy }).problems, problems);
  assert.throws(() => copy.get("math.add")!.run!({} as never, {} as never, {} as never), /cannot run its nodes/);
});

test("[Y3] two kinds of one name in a catalogue throw; a kind is found by its name", () => {
  const giving = (type: string, kind: Kind) =>
    nodeDefiner()({
      type,
      version: 1,
      title: "Give",
      summary: "Gives a value.",
      outputs: { value: socketOf(kind, "The value.") },
      run: () => ({ value: "" }),
    });
  const film = defineKind({ kind: "film", check: () => undefined });
  const catalogue = createCatalogue([giving("test.one", film), giving("test.two", film), add as NodeDefinition]);
  assert.equal(kindsOf(catalogue).get("film"), film);
  assert.deepEqual([...kindsOf(catalogue).keys()].sort(), ["film", "number"]);
  const other = defineKind({ kind: "film", check: () => undefined });
  assert.throws(() => createCatalogue([giving("test.one", film), giving("test.two", other)]), /"test.two".*"film"/);
});

test("[C2] no node type may be called as instances are", () => {
  const bad = { ...testNodes[0]!, type: "subgraph.constant" };
  assert.throws(() => createCatalogue([bad]), /"subgraph" is kept for the instances of subgraphs/);
});
