import assert from "node:assert/strict";
import { test } from "node:test";
import { Lines } from "./lines.ts";

function cut(...pieces: Uint8Array[]): string[] {
  const heard: string[] = [];
  const lines = new Lines((line) => heard.push(line));
  for (const piece of pieces) lines.add(piece);
  lines.end();
  return heard;
}

test("lines are whole, wherever a piece ends, within a letter too", () => {
  const text = Buffer.from("première\r\n\nzwei Wörter\nlast");
  const expected = ["première", "zwei Wörter", "last"];
  for (let at = 0; at <= text.length; at++) assert.deepEqual(cut(text.subarray(0, at), text.subarray(at)), expected);
});

test("a line without an end takes no more memory than a long one", () => {
  const heard = cut(...Array.from({ length: 10 }, () => Buffer.alloc(1500, "x")));
  assert.deepEqual(
    heard.map(({ length }) => length),
    [2000, 2000, 2000, 2000, 2000, 2000, 2000, 1000],
  );
});
