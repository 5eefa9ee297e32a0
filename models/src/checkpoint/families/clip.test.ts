import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkpoint, fixtures } from "../checkpoint.fixture.ts";
import { openTemplates } from "../template.ts";
import { clipAlone } from "./clip.ts";

const read = async (folder: string, className: string) =>
  clipAlone(await openTemplates(join(fixtures, "templates")), folder, className);
const sight = { size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], fit: "crop" };

test("a whole CLIP is two stages of one space, with the captions and the sight of its files", async (context) => {
  const { spaces, texts, stages, notes } = await read(checkpoint(context, "small-clip").from, "CLIPModel");
  assert.deepEqual(spaces, { clip: { dimension: 16, image: sight, text: "clip" } });
  assert.deepEqual([texts.clip!.contextLength, texts.clip!.width, notes], [8, 16, []]);
  assert.deepEqual(
    Object.entries(stages).map(([name, { section }]) => [name, section]),
    [
      ["clip-text", { text: "clip", space: "clip" }],
      ["clip-image", { space: "clip" }],
    ],
  );
});

test("a text encoder alone has no sight, and needs no picture's preparation", async (context) => {
  const karlo = checkpoint(context).from;
  const folder = join(karlo, "text_encoder");
  const className = "CLIPTextModelWithProjection";
  await assert.rejects(read(folder, className), {
    name: "PackError",
    message: `${folder} does not say which token is its bos_token, in special_tokens_map.json or tokenizer_config.json.`,
    remedy: "Download the tokenizer's files again.",
  });
  cpSync(join(karlo, "tokenizer"), folder, { recursive: true });
  const { spaces, stages } = await read(folder, className);
  assert.deepEqual([spaces, Object.keys(stages)], [{ clip: { dimension: 16, text: "clip" } }, ["clip-text"]]);
});

test("an image encoder alone has no captions, and needs no tokenizer", async (context) => {
  const kandinsky = checkpoint(context, "small-kandinsky-2-2-prior").from;
  const folder = join(kandinsky, "image_encoder");
  const className = "CLIPVisionModelWithProjection";
  const file = join(folder, "preprocessor_config.json");
  const missing = { name: "PackError", message: `${file} is missing.`, remedy: "Download the folder again." };
  await assert.rejects(read(folder, className), missing);
  cpSync(join(kandinsky, "image_processor", "preprocessor_config.json"), file);
  const { spaces, texts, stages } = await read(folder, className);
  assert.deepEqual([spaces, texts], [{ clip: { dimension: 16, image: sight } }, {}]);
  assert.deepEqual(Object.keys(stages), ["clip-image"]);
});
