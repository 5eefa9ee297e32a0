import assert from "node:assert/strict";
import { test } from "node:test";
import { latent } from "./latent.ts";

const alone = { source: async () => undefined };
const pixels = async (channels: number, ...numbers: number[]) => {
  const view = await latent.view(
    { channels, height: 1, width: numbers.length / channels, data: Float32Array.from(numbers) },
    alone,
  );
  assert.ok(view.kind === "picture");
  return [...view.rgb];
};

test("a latent is sketched by its first three channels, each about its own mean", async () => {
  assert.deepEqual(await pixels(4, 0, 2, 10, 10, -4, -8, 7, 9), [76, 128, 179, 179, 128, 76]);
});

test("a latent of one or two channels is sketched in grey, by its first", async () => {
  assert.deepEqual(await pixels(2, 0, 2, 5, 9), [76, 76, 76, 179, 179, 179]);
});

test("a latent is written as a NumPy array of its shape, and as its sketch", async () => {
  const files = await latent.publish({ channels: 4, height: 1, width: 2, data: new Float32Array(8) });
  assert.match(new TextDecoder().decode(files[0]!.bytes), /'shape': \(4, 1, 2\)/);
  assert.deepEqual(
    files.map(({ ending, picture }) => [ending, picture]),
    [
      [".npy", undefined],
      [".png", true],
    ],
  );
});
