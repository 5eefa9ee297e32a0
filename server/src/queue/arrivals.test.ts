import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrivals } from "./arrivals.ts";

test("of the requests of a name, one that came before a taken one is outdated", () => {
  const arrivals = new Arrivals();
  const [first, second, third, other] = ["a", "a", "a", "b"].map((name) => arrivals.begin(name));
  assert.equal(second!.take(), true);
  second!.end();
  assert.deepEqual([first!.take(), other!.take(), third!.take()], [false, true, true]);
});

test("a request that ends without being taken makes no other outdated", () => {
  const arrivals = new Arrivals();
  const [first, second] = [arrivals.begin("a"), arrivals.begin("a")];
  second.end();
  assert.equal(first.take(), true);
  first.end();
  assert.equal(arrivals.begin("a").take(), true);
});
