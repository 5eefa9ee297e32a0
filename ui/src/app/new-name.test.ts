import assert from "node:assert/strict";
import { test } from "node:test";
import { newName } from "./new-name.ts";

test("a new name is a UUID of version 4, and another one each time", () => {
  const names = Array.from({ length: 200 }, newName);
  for (const name of names) assert.match(name, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(names).size, names.length);
});
