import assert from "node:assert/strict";
import { test } from "node:test";
import { paint, prompt, testCatalogue } from "../testing/catalogue.ts";
import { passesOn } from "./bypass.ts";

const reroute = testCatalogue.get("util.reroute")!;

test("a bypassed node passes on only what is linked to an input of the kind that it gives", () => {
  assert.equal(passesOn({ type: paint.type, inputs: { text: "caption.text" } }, paint), false, "a text is no picture");
  assert.equal(passesOn({ type: prompt.type }, prompt), false);
  assert.equal(passesOn({ type: reroute.type, inputs: { value: "caption.text" } }, reroute), true);
  assert.equal(passesOn({ type: reroute.type }, reroute), false, "nothing is linked");
});
