// Karlo from its published folders to pictures, by the command line alone: imports, and the workflows with their packs.
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import sharp from "sharp";
import { checkpoints, publishedPacks } from "./published.fixture.ts";

const { cwd, importAs, start, paint } = publishedPacks("karlo");

/** The folder of image variations: CLIP's image encoder, here of another small checkpoint, in the prior's place. */
function variationsFolder(): string {
  const folder = join(cwd, "small-karlo-variations");
  cpSync(join(checkpoints, "small-karlo"), folder, { recursive: true });
  for (const part of ["prior", "prior_scheduler"]) rmSync(join(folder, part), { recursive: true });
  const kandinsky = join(checkpoints, "small-kandinsky-2-2-prior");
  cpSync(join(kandinsky, "image_encoder"), join(folder, "image_encoder"), { recursive: true });
  cpSync(join(kandinsky, "image_processor"), join(folder, "feature_extractor"), { recursive: true });
  const file = join(folder, "model_index.json");
  const { prior: _, prior_scheduler: __, ...index } = JSON.parse(readFileSync(file, "utf8"));
  const image_encoder = ["transformers", "CLIPVisionModelWithProjection"];
  writeFileSync(file, JSON.stringify({ ...index, _class_name: "UnCLIPImageVariationPipeline", image_encoder }));
  return folder;
}

before(async () => {
  await importAs("karlo", join(checkpoints, "small-karlo"));
  await importAs("karlo-variations", variationsFolder());
});

const caption = "prompt=a red cube";

test("karlo takes the steps and guidance of Karlo's authors, which an imported Karlo has by default", async () => {
  const { file, pixels, steps } = await paint("karlo", "pack=karlo", caption);
  assert.deepEqual(steps, { prior: 25, decode: 25, enlarge: 7 });
  const { width, height } = await sharp(file).metadata();
  assert.deepEqual([width, height], [32, 32]);
  assert.equal((await paint("text-to-image-256", "pack=karlo", caption)).pixels, pixels);
});

test("karlo's steps and guidance are set by stage", async () => {
  const fewer = ["pack=karlo", caption, "priorSteps=4", "decoderSteps=3", "upsamplerSteps=2"];
  const { pixels, steps } = await paint("karlo", ...fewer);
  assert.deepEqual(steps, { prior: 4, decode: 3, enlarge: 2 });
  for (const guidance of ["priorGuidance=1", "decoderGuidance=1"]) {
    const { pixels: unguided } = await paint("karlo", ...fewer, guidance);
    assert.notEqual(unguided, pixels, guidance);
  }
});

test("karlo-variations needs no prior of the pack, and makes as many pictures as are asked for", async () => {
  const { file, steps } = await paint("karlo-variations", "pack=karlo-variations", "count=2");
  assert.deepEqual([steps.decode, steps.enlarge], [25, 7]);
  const { width, height } = await sharp(file).metadata();
  assert.deepEqual([width, height], [2 * 34 - 2, 32]);
  const halves = [0, 34].map((left) => sharp(file).extract({ left, top: 0, width: 32, height: 32 }).raw().toBuffer());
  assert.notDeepEqual(...((await Promise.all(halves)) as [Buffer, Buffer]));
});

test("karlo-variations with a pack that sees no pictures is refused by what that lacks", async () => {
  const { code, stdout } = await start("karlo-variations", "pack=karlo");
  assert.notEqual(code, 0);
  assert.match(stdout, /has no stage \\"clip-image\\", which \\"look\\"/);
});
