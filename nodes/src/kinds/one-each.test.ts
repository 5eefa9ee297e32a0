import assert from "node:assert/strict";
import { test } from "node:test";
import { requireOneEach } from "./one-each.ts";

test("a list with one for each, and a port without a link, pass", () => {
  requireOneEach("labels", ["a", "b"], 2, "embeddings");
  requireOneEach("labels", undefined, 2, "embeddings");
});

test("a list of another length is refused with both numbers and the name of its port", () => {
  const remedy = "Link a list with one for each of the embeddings, in their order, or nothing.";
  assert.throws(() => requireOneEach("labels", ["a"], 2, "embeddings"), {
    message: 'There are 2 embeddings, but 1 item in "labels".',
    remedy,
  });
  assert.throws(() => requireOneEach("labels", ["a", "b", "c"], 2, "embeddings"), /but 3 items in "labels"/);
  assert.throws(() => requireOneEach("labels", [], 2, "embeddings"), /but 0 items in "labels"/);
});
