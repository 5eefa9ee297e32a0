import assert from "node:assert/strict";
import { test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { declaredFeeds } from "./declared-feeds.ts";

const tensor = { shape: [1], data: Float32Array.of(1) };
const call = { pack: "tiny", stage: "guess", feeds: { sample: tensor, timestep: tensor, extra: tensor } };

test("of all that a call offers a graph takes what it declares, in its order", () => {
  assert.deepEqual(Object.keys(declaredFeeds(call, ["timestep", "sample"])), ["timestep", "sample"]);
  assert.deepEqual(declaredFeeds(call, []), {});
});

test("every input that is missing is named, with the stage, the pack and what is offered", () => {
  assert.throws(
    () => declaredFeeds(call, ["sample", "text_mask", "toString"]),
    (error) => {
      assert.ok(error instanceof PackError && error.remedy.length > 0);
      for (const name of ["guess", "tiny", "text_mask", "toString", "sample", "timestep", "extra"])
        assert.ok(error.message.includes(`"${name}"`), `${name}: ${error.message}`);
      return true;
    },
  );
});
