// Kandinsky 2.1 from its published folders to a picture, by the command line alone.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import sharp from "sharp";
import { checkpoints, publishedPacks } from "./published.fixture.ts";

const { cwd, importAs, start, paint } = publishedPacks("kandinsky-2-1");

before(async () => {
  // The folder of its prior is that of 2.2 in all but the name of the pipeline.
  const prior = join(cwd, "published");
  cpSync(join(checkpoints, "small-kandinsky-2-2-prior"), prior, { recursive: true });
  const index = join(prior, "model_index.json");
  writeFileSync(index, readFileSync(index, "utf8").replace("KandinskyV22PriorPipeline", "KandinskyPriorPipeline"));
  await importAs("prior", prior);
  await importAs("kandinsky", join(checkpoints, "small-kandinsky-2-1"), "--for", "prior");
});

const packs = ["prior=prior", "decoder=kandinsky", "steps=3"];

test("a caption becomes a picture, which the decoder's reading of the caption changes", async () => {
  const one = await paint("kandinsky-2.1", ...packs, "width=24", "height=16", "prompt=ein roter Würfel");
  const { width, height } = await sharp(one.file).metadata();
  assert.deepEqual([width, height], [24, 16]);
  const other = await paint("kandinsky-2.1", ...packs, "width=24", "height=16", "prompt=красный куб");
  assert.notEqual(one.pixels, other.pixels);
});

test("captions of the prior's CLIP are not what the decoder reads", async () => {
  const { code, stdout } = await start("eclipse", "encoder=prior", "prior=prior", "decoder=kandinsky");
  assert.notEqual(code, 0);
  assert.match(
    stdout,
    /needs text embedding \(space clip, encoder decoder-text\).*gives text embedding \(space clip, encoder clip\)/,
  );
});
