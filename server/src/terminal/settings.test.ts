import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings } from "./settings.ts";

test("a setting is split at its first equals sign, and the last of one name counts", () => {
  const { settings, problems } = readSettings(["prompt=a = b", "seed=1", "seed=2", "empty="]);
  assert.deepEqual(settings, { prompt: "a = b", seed: "2", empty: "" });
  assert.deepEqual(problems, []);
});

test("text without name and value is a problem of its own", () => {
  const { settings, problems } = readSettings(["seed", "=3", "prompt=x"]);
  assert.deepEqual(settings, { prompt: "x" });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["usage", "usage"],
  );
});

test("a setting cannot reach an object's prototype", () => {
  const { settings } = readSettings(["__proto__=x"]);
  assert.deepEqual(Object.keys(settings), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(settings), Object.prototype);
});
