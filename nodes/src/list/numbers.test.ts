import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { integers } from "./integers.ts";
import { numbers } from "./numbers.ts";

const of = async (text: string) => (await runNode(numbers, {}, { numbers: text })).outputs.numbers;
const wholes = async (text: string) => (await runNode(integers, {}, { integers: text })).outputs.integers;

test("numbers are taken as they are written, and counted up or down from one to another", async () => {
  assert.deepEqual(await of("1, 2.5,-3 , 1e-3,"), [1, 2.5, -3, 0.001]);
  assert.deepEqual(await of("1..4, 0"), [1, 2, 3, 4, 0]);
  assert.deepEqual(await of("0..1 by 0.25"), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(await of("0.1..0.3 by 0.1"), [0.1, 0.2, 0.3]);
  assert.deepEqual(await of("3 .. 1"), [3, 2, 1]);
  assert.deepEqual(await wholes("10..30 by 10, 7"), [10, 20, 30, 7]);
});

test("what is no number, no whole number, or too many are refused with what to write", async () => {
  await assert.rejects(of(" , "), /No number is named/);
  await assert.rejects(of("1; 2"), { message: '"1; 2" is no number.', remedy: /"1\.\.9"/ });
  await assert.rejects(of("0..1 by 0"), /more than 1024 numbers/);
  await assert.rejects(of("0..2000"), /more than 1024 numbers/);
  await assert.rejects(of(Array(1025).fill("1").join()), /1025 numbers are named/);
  await assert.rejects(wholes("1.5"), /1\.5 is no whole number/);
  await assert.rejects(wholes("1e300"), /no whole number/);
});
