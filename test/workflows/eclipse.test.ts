// ECLIPSE from its published folder to pictures, by the command line alone: imports, and the workflow with the packs that it stands between.
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import sharp from "sharp";
import { checkpoints, publishedPacks } from "./published.fixture.ts";

const { importAs, start, paint } = publishedPacks("eclipse");
const folder = (name: string) => join(checkpoints, `small-${name}`);

before(async () => {
  await importAs("karlo", folder("karlo"));
  await importAs("kandinsky-prior", folder("kandinsky-2-2-prior"));
  await importAs("kandinsky", folder("kandinsky-2-2-decoder"), "--for", "kandinsky-prior");
  await importAs("eclipse-karlo", folder("eclipse"), "--for", "karlo");
  await importAs("eclipse-kandinsky", folder("eclipse"), "--for", "kandinsky-prior");
});

const karlo = ["encoder=karlo", "prior=eclipse-karlo", "decoder=karlo", "prompt=a red cube"];
const kandinsky = ["encoder=kandinsky-prior", "prior=eclipse-kandinsky", "decoder=kandinsky", "prompt=a red cube"];

test("its embedding is made in one call of the encoder's captions, and Karlo's decoder paints it", async () => {
  const { file, steps } = await paint("eclipse", ...karlo);
  assert.deepEqual(steps, { decode: 25 });
  const { width, height } = await sharp(file).metadata();
  assert.deepEqual([width, height], [16, 16]);
});

test("Kandinsky's decoder paints it in the size asked for, and reads no caption", async () => {
  const { file, steps } = await paint("eclipse", ...kandinsky, "steps=3", "width=24", "height=16");
  assert.deepEqual(steps, { decode: 3 });
  const { width, height } = await sharp(file).metadata();
  assert.deepEqual([width, height], [24, 16]);
});

test("of several candidates the one closest to the caption is painted", async () => {
  const [one, several] = [await paint("eclipse", ...karlo), await paint("eclipse", ...karlo, "candidates=16")];
  assert.notEqual(several.pixels, one.pixels);
});

test("a decoder of another space than ECLIPSE's is refused with the packs that fit", async () => {
  const { code, stdout } = await start("eclipse", ...karlo.filter((setting) => !setting.startsWith("decoder=")));
  assert.notEqual(code, 0);
  assert.match(stdout, /"decode\.image\\" needs image embedding \(space toybox-clip/);
  assert.match(stdout, /Packs that fit \\"decode\\": [^.]*karlo/);
});
