import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import sharp from "sharp";
import { writeWebp } from "./write-webp.ts";

/** Pixels of a picture, each byte by its place. */
const picture = (width: number, height: number, byte: (at: number) => number) => ({
  ...{ width, height },
  data: Uint8Array.from({ length: 3 * width * height }, (_, at) => byte(at)),
});

async function assertWhole(given: ReturnType<typeof picture>, what: string): Promise<void> {
  const { data, info } = await sharp(writeWebp(given)).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height, info.channels], [given.width, given.height, 3], what);
  assert.equal(Buffer.compare(data, given.data), 0, `${what}: other pixels`);
}

test("a decoder finds each pixel of pictures of any size and noise", async () => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
  const said = `SEED=${seed}`;
  let state = seed;
  // The linear congruential generator of Numerical Recipes; its high bits are the better ones.
  const below = (most: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  for (let round = 0; round < 40; round++) {
    const [width, height] = [1 + below(80), 1 + below(80)];
    for (const levels of [1, 2, 5, 256])
      await assertWhole(
        picture(width, height, () => below(levels)),
        `${said}, round ${round}, ${width} × ${height} px of ${levels} levels`,
      );
  }
});

test("pictures at the bounds of the format's parts are whole: one pixel, one row, the longest sides", async () => {
  await assertWhole(
    picture(1, 1, () => 200),
    "1 × 1",
  );
  await assertWhole(
    picture(512, 1, (at) => at % 251),
    "512 × 1",
  );
  await assertWhole(
    picture(1, 512, (at) => at % 251),
    "1 × 512",
  );
  await assertWhole(
    picture(512, 512, (at) => (at * at) >> 7),
    "512 × 512",
  );
});

test("a channel whose values are so uneven that the best words were too long is whole", async () => {
  const uneven: number[] = [];
  for (let [value, count, next] = [0, 1, 1]; value < 21; [value, count, next] = [value + 1, next, count + next])
    uneven.push(...Array<number>(count).fill(value));
  const width = 256;
  const height = Math.floor(uneven.length / width);
  // Residues are differences: so each pixel adds its value to the one that it is predicted by.
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const from = i === 0 ? undefined : i < width ? i - 1 : i - width;
    data[3 * i + 1] = (from === undefined ? 0 : data[3 * from + 1]!) + uneven[uneven.length - 1 - i]!;
  }
  await assertWhole({ width, height, data }, "uneven");
});

test("a channel with every difference equally often is whole", async () => {
  const data = new Uint8Array(3 * 256);
  for (let i = 1; i < 256; i++) data[3 * i] = data[3 * (i - 1)]! + i;
  await assertWhole({ width: 256, height: 1, data }, "all alike");
});

test("a plain picture takes less than a twentieth of its bytes", () => {
  const plain = picture(128, 128, () => 77);
  assert.ok(writeWebp(plain).length < plain.data.length / 20);
});
