import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesField, numberField } from "../pack/protobuf.ts";
import { graph, model, parametersOf } from "./graph-parameters.ts";

const text = (size: string) => bytesField(1, bytesField(2, size));
const number = (size: number) => bytesField(1, numberField(1, size));
/** A ValueInfoProto of float32. */
const value = (name: string, ...dimensions: readonly Uint8Array[]) =>
  [bytesField(1, name), bytesField(2, bytesField(1, numberField(1, 1), bytesField(2, ...dimensions)))] as const;
const input = (...given: Parameters<typeof value>) => bytesField(graph.input, ...value(...given));
const parameters = (...fields: readonly Uint8Array[]) => [...parametersOf(bytesField(model.graph, ...fields))];

test("the parameters are the inputs that are none of the format's, in their order and with their shapes", () => {
  const sample = input("sample", text("N"), number(16));
  const found = parameters(sample, input("b.weight", number(300), number(2)), input("a.bias", number(7)));
  assert.deepEqual(found, [
    ["b.weight", [300, 2]],
    ["a.bias", [7]],
  ]);
});

test("a parameter may be a single number", () => {
  assert.deepEqual(parameters(input("logit_scale")), [["logit_scale", []]]);
  assert.deepEqual(parameters(bytesField(graph.input, bytesField(1, "untyped"))), [["untyped", []]]);
});

test("a dimension without a size counts as none, which no tensor has", () => {
  assert.deepEqual(parameters(input("weight", text("N"), number(3))), [["weight", [0, 3]]]);
});

test("initializers, outputs and nodes are no parameters", () => {
  const output = bytesField(12, ...value("out", number(2)));
  const others = [bytesField(graph.initializer, bytesField(8, "w")), bytesField(graph.node, bytesField(1, "x"))];
  assert.deepEqual(parameters(output, ...others), []);
  assert.deepEqual([...parametersOf(numberField(1, 8))], []);
});

test("bytes that were cut are no model", () => {
  const whole = bytesField(model.graph, input("weight", number(3)));
  assert.throws(() => parametersOf(whole.subarray(0, -1)), RangeError);
});
