import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { booleans } from "./booleans.ts";

const of = async (text: string) => (await runNode(booleans, {}, { booleans: text })).outputs.booleans;

test("settings are taken in the order in which they are written", async () => {
  assert.deepEqual(await of("off, on"), [false, true]);
  assert.deepEqual(await of(" On,OFF , on,"), [true, false, true]);
});

test("what is neither on nor off, nothing, and too many are refused with what to write", async () => {
  await assert.rejects(of("on, true"), { message: '"true" is neither on nor off.', remedy: /"on" or "off"/ });
  await assert.rejects(of(" , "), /No setting is named/);
  await assert.rejects(of(Array(1025).fill("on").join()), /1025 settings are named/);
});
