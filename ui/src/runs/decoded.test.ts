import assert from "node:assert/strict";
import { test } from "node:test";
import { decodedState } from "./decoded.ts";

test("pictures are decoded when all of them are here, or as many as there will be", () => {
  assert.equal(decodedState(1, 1, true), "decoded");
  assert.equal(decodedState(6, 6, false), "decoded");
  assert.equal(decodedState(4, 6, false), "decoded", "two of them failed");
});

test("what was kept is decoded though its node did not run", () => {
  assert.equal(decodedState(6, undefined, false), "decoded");
  assert.equal(decodedState(6, undefined, true), "decoded");
});

test("until then they are on their way while something runs, and else nobody has asked for them", () => {
  assert.equal(decodedState(4, 6, true), "decoding");
  assert.equal(decodedState(0, undefined, true), "decoding");
  assert.equal(decodedState(0, undefined, false), "waiting");
  assert.equal(decodedState(0, 6, false), "waiting");
});
