import assert from "node:assert/strict";
import { test } from "node:test";
import { lackOf, packNeed } from "./needs.ts";

test("what a pack is called tells packs of one name apart, and not the order of their parts", () => {
  const one = packNeed("toybox", { a: "1", b: "2" });
  assert.equal(packNeed("toybox", { b: "2", a: "1" }), one);
  assert.notEqual(packNeed("toybox", { a: "1", b: "3" }), one);
  assert.match(one, /^pack toybox [0-9a-f]{16}$/);
});

test("[F2] each lack is a sentence with what is missing and what to do", () => {
  const said = (need: string) => lackOf(need).message.replace("It waits for a worker that has ", "");
  assert.equal(said("orders 2"), "this server's version or a later one.");
  assert.equal(said("node text.prompt 2 0123456789abcdef"), "the node type text.prompt of this server's version.");
  assert.equal(said("node sketch.line 2 0123456789abcdef of sketch@1.0.0 sha256:ab"), "the node pack sketch@1.0.0.");
  assert.equal(said("pack karlo"), 'the model pack "karlo".');
  assert.equal(said("pack karlo 0123456789abcdef"), 'the model pack "karlo" as it was when the run was checked.');
  assert.equal(said(`memory ${12 * 2 ** 30}`), "12.0 GiB of memory.");
});
