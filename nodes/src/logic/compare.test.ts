import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode, runWorkflow } from "../testing/index.ts";
import { compare } from "./compare.ts";

const holds = async (number: number, is: string, than: number) =>
  (await runNode(compare, { number }, { is, than })).outputs.holds;

test("a number is above, below or equal to another", async () => {
  assert.deepEqual(
    [await holds(2, "above", 1), await holds(1, "above", 1), await holds(0, "above", 1)],
    [true, false, false],
  );
  assert.deepEqual(
    [await holds(2, "below", 1), await holds(1, "below", 1), await holds(0, "below", 1)],
    [false, false, true],
  );
  assert.deepEqual(
    [await holds(1, "equal", 1), await holds(-0, "equal", 0), await holds(1.5, "equal", 1)],
    [true, true, false],
  );
});

test("a list is compared item by item", async () => {
  const nodes = {
    numbers: { type: "list.numbers", version: 1, params: { numbers: "1, 2, 3" } },
    compare: { type: "logic.compare", version: 1, params: { than: 1.5 }, inputs: { number: "numbers.numbers" } },
  };
  const { values } = await runWorkflow(nodes, ["compare"]);
  assert.deepEqual(values["compare.holds"], [false, true, true]);
});
