import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeDisk } from "../testing/fake-ports.ts";
import { createMinimap } from "./minimap.ts";

test("the map is shown until it is folded, and stays so in the next page", () => {
  const { storage } = new FakeDisk().page();
  const minimap = createMinimap(storage);
  assert.equal(minimap.get().folded, false);
  minimap.toggle();
  assert.equal(minimap.get().folded, true);
  assert.equal(createMinimap(storage).get().folded, true);
  minimap.toggle();
  assert.equal(createMinimap(storage).get().folded, false);
});
