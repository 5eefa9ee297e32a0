import assert from "node:assert/strict";
import { test } from "node:test";
import { drawBucket } from "./draw-bucket.ts";
import { type CodeDrawing, drawCodes } from "./draw-codes.ts";

const logits = Float32Array.from([0.1, 0.2, 0.3, 0.4], Math.log);
const draw = (uniform: number, temperature = 1, topFraction = 1) =>
  drawBucket(logits, uniform, { temperature, topFraction });

test("a draw inverts the cumulative distribution", () => {
  const uniforms = [1e-9, 0.09, 0.11, 0.29, 0.31, 0.59, 0.61, 1 - 1e-12];
  assert.deepEqual(
    uniforms.map((uniform) => draw(uniform)),
    [0, 0, 1, 1, 2, 2, 3, 3],
  );
});

test("with a top fraction only the upper end of the distribution is drawn from", () => {
  // 0.5, 0.595, 0.605 and 0.995 of the whole.
  assert.deepEqual(
    [1e-9, 0.19, 0.21, 0.99].map((uniform) => draw(uniform, 1, 0.5)),
    [2, 2, 3, 3],
  );
  assert.equal(draw(1e-9, 1, 0.01), 3);
});

test("a low temperature draws what is likely, 0 the likeliest whatever is drawn, and logits may be large", () => {
  assert.equal(draw(0.4, 0.01), 3);
  assert.equal(draw(1e-9, 0), 3);
  const settings = { temperature: 1, topFraction: 1 };
  assert.equal(drawBucket(Float32Array.of(-1e30, 3000, 3000), 0.75, settings), 2);
  assert.equal(drawBucket(Float32Array.of(0, 0, -1e30), 1 - 1e-16, settings), 1);
});

/** A drawing of three codes whose network says that the bucket after b is surely b + 1; what it was asked for is recorded. */
function counting(more: Partial<CodeDrawing> = {}) {
  const asked: (readonly [tokens: readonly number[], position: number])[] = [];
  const seen: number[][] = [];
  const drawing: CodeDrawing = {
    captionLength: 5,
    codes: 3,
    uniforms: Float64Array.of(0.1, 0.9, 0.5, 0.5),
    temperature: 1,
    topFraction: 1,
    async predict(tokens, position) {
      asked.push([[...tokens], position]);
      return Float32Array.from({ length: 8 }, (_, b) => (b === tokens.at(-1)! + 1 ? 50 : 0));
    },
    onDraw: (drawn) => seen.push([...drawn]),
    signal: new AbortController().signal,
    ...more,
  };
  return { asked, seen, drawing };
}

test("the first call is for the caption and its embedding, every other for what was drawn last, one place further on", async () => {
  const { asked, seen, drawing } = counting();
  assert.deepEqual([...(await drawCodes(drawing))], [1, 2, 3, 4]);
  assert.deepEqual(asked, [
    [[0, 0, 0, 0, 0, 0], 0],
    [[1], 6],
    [[2], 7],
    [[3], 8],
  ]);
  assert.deepEqual(seen, [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]);
});

test("only the first bucket, that of z_i · z_t, is drawn from the top of its distribution", async () => {
  const even = async () => new Float32Array(8);
  const { drawing } = counting({ predict: even, topFraction: 0.5, uniforms: new Float64Array(4).fill(0.01) });
  assert.deepEqual([...(await drawCodes(drawing))], [4, 0, 0, 0]);
});

test("a drawing that goes on asks for the place of what was drawn last", async () => {
  const { asked, drawing } = counting({ from: Int32Array.of(1, 2) });
  assert.deepEqual([...(await drawCodes(drawing))], [1, 2, 3, 4]);
  assert.deepEqual(asked, [
    [[2], 7],
    [[3], 8],
  ]);
});

test("a drawing that is cancelled asks for no further code", async () => {
  const controller = new AbortController();
  const stop = (drawn: Int32Array) => {
    if (drawn.length === 2) controller.abort(new Error("enough"));
  };
  const { asked, drawing } = counting({ signal: controller.signal, onDraw: stop });
  await assert.rejects(drawCodes(drawing), /enough/);
  assert.equal(asked.length, 2);
});
