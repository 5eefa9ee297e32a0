import assert from "node:assert/strict";
import { test } from "node:test";
import { p } from "../catalogue/param.ts";
import { checkParam, parseParam } from "../catalogue/param-check.ts";
import { isKept } from "./whole-number.ts";

const lengths = [307, 308, 309, 310, 311, 400];
const signs = ["", "-", "+"];

test("[D11] a whole number with more digits than any finite number has is not kept, whatever its sign", () => {
  for (const length of lengths)
    for (const sign of signs) assert.equal(isKept(sign + "9".repeat(length)), false, `${sign}, ${length} digits`);
});

test("[D11] one that reading does not change is kept up to the largest there is", () => {
  for (const written of [
    "9007199254740992",
    `1${"0".repeat(22)}`,
    String(BigInt(Number.MAX_VALUE)),
    `1${"0".repeat(308)}`,
  ])
    for (const sign of signs) assert.ok(isKept(sign + written), sign + written);
});

test("[D11] a parameter with so many digits, in quotation marks or from a command line, is a problem that names its limit", () => {
  for (const kind of ["integer", "seed"] as const)
    for (const length of lengths)
      for (const sign of ["", "-"]) {
        const written = sign + "9".repeat(length);
        const param = kind === "seed" ? p.seed() : p.integer("How many.", { default: 1, min: 1, max: 10 });
        assert.equal(checkParam(param, written)?.code, "out-of-range", `${kind}, ${sign}${length} digits`);
        assert.equal(parseParam(param, written), written);
      }
});
