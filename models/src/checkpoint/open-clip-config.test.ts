import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readOpenClipConfig } from "./open-clip-config.ts";
import { chooseTemplate, openTemplates } from "./template.ts";

type Section = { readonly [field: string]: unknown };
type Given = {
  readonly model?: Section;
  readonly vision?: Section;
  readonly text?: Section;
  readonly preprocess?: Section;
};

/** ViT-L-14-quickgelu as open_clip has it, with changes. */
async function read(context: TestContext, { model, vision, text, preprocess }: Given) {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-open-clip-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "open_clip_config.json");
  const vision_cfg = { image_size: 224, layers: 24, width: 1024, patch_size: 14, ...vision };
  const text_cfg = { context_length: 77, vocab_size: 49408, width: 768, heads: 12, layers: 12, ...text };
  const model_cfg = { embed_dim: 768, quick_gelu: true, vision_cfg, text_cfg, ...model };
  writeFileSync(path, JSON.stringify({ model_cfg, ...(preprocess ? { preprocess_cfg: preprocess } : {}) }));
  return readOpenClipConfig(path);
}

const library = await openTemplates(join(import.meta.dirname, "..", "..", "..", "packs", "templates"));
const gelu = { quick_gelu: false };
const h = { layers: 32, width: 1280, head_width: 80 };
const bigG = { layers: 48, width: 1664, head_width: 104, mlp_ratio: 4.9231 };

/** Changes of ViT-L-14 to open_clip's other model configurations, and the templates that they fit. */
const published: { readonly [name: string]: readonly [Given, string, string] } = {
  "ViT-L-14-quickgelu": [{}, "clip-text-l", "clip-image-l14"],
  "ViT-L-14": [{ model: gelu }, "clip-text-l-gelu", "clip-image-l14-gelu"],
  "ViT-B-32-quickgelu": [
    { model: { embed_dim: 512 }, vision: { layers: 12, width: 768, patch_size: 32 }, text: { width: 512, heads: 8 } },
    ...(["clip-text-b", "clip-image-b32"] as const),
  ],
  "ViT-B-16": [
    {
      model: { ...gelu, embed_dim: 512 },
      vision: { layers: 12, width: 768, patch_size: 16 },
      text: { width: 512, heads: 8 },
    },
    ...(["clip-text-b-gelu", "clip-image-b16-gelu"] as const),
  ],
  "ViT-H-14": [
    { model: { ...gelu, embed_dim: 1024 }, vision: h, text: { width: 1024, heads: 16, layers: 24 } },
    ...(["clip-text-h", "clip-image-h14"] as const),
  ],
  "ViT-bigG-14": [
    { model: { ...gelu, embed_dim: 1280 }, vision: bigG, text: { width: 1280, heads: 20, layers: 32 } },
    ...(["clip-text-bigg", "clip-image-bigg14"] as const),
  ],
};

for (const [name, [given, text, image]] of Object.entries(published))
  test(`${name} fits the templates ${text} and ${image}`, async (context) => {
    const config = await read(context, given);
    const choose = (role: string, config: Section) =>
      chooseTemplate(library, { className: "CLIPModel", role, config }, "the file").name;
    assert.deepEqual([choose("text-encoder", config.text), choose("image-encoder", config.image)], [text, image]);
  });

test("pictures are prepared as it says, and as OpenAI's are if it says nothing", async (context) => {
  const { sight } = await read(context, {});
  assert.deepEqual(sight, {
    size: 224,
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
    fit: "crop",
  });
  const told = { size: [224, 224], mean: [0.5, 0.5, 0.5], std: [1, 1, 1], resize_mode: "squash" };
  const { sight: other } = await read(context, { preprocess: told });
  assert.deepEqual(other, { size: 224, mean: [0.5, 0.5, 0.5], std: [1, 1, 1], fit: "squash" });
});

test("fields that change nothing are let pass, and defaults that are spelt out", async (context) => {
  await read(context, {
    model: { custom_text: true, init_logit_scale: 2.6, multimodal_cfg: null },
    vision: { patch_dropout: 0.5, attentional_pool: false, act_kwargs: null },
    text: { hf_tokenizer_name: "any", pool_type: "argmax" },
  });
});

const refusals: readonly (readonly [Given, RegExp])[] = [
  [
    { model: { multimodal_cfg: {} } },
    /says multimodal_cfg: \{\} in "model_cfg", and there are templates for null alone/,
  ],
  [{ model: { text_cfg: undefined } }, /has no section "text_cfg"/],
  [{ vision: { timm_model_name: "convnext_base" } }, /says timm_model_name: "convnext_base" in "vision_cfg"/],
  [{ vision: { layers: [3, 4, 6, 3] } }, /says layers: \[3,4,6,3\], but must say a number/],
  [{ vision: { pool_type: "avg" } }, /says pool_type: "avg" in "vision_cfg", and there are templates for "tok" alone/],
  [{ text: { pool_type: "last" } }, /says pool_type: "last" in "text_cfg", and there are templates for "argmax" alone/],
  [{ text: { hf_model_name: "roberta-base" } }, /says hf_model_name: "roberta-base" in "text_cfg"/],
  [{ text: { rotary: true } }, /has the field "rotary" in "text_cfg", which is not known here/],
  [{ text: { constructor: 1 } }, /has the field "constructor" in "text_cfg", which is not known here/],
  [{ preprocess: { resize_mode: "longest" } }, /says resize_mode: "longest", and Clipwork has "shortest" and "squash"/],
  [{ preprocess: { interpolation: "bilinear" } }, /says interpolation: "bilinear" in "preprocess_cfg"/],
  [{ preprocess: { size: 336 } }, /says size: 336, but the encoder sees pictures of 224/],
];
for (const [given, message] of refusals)
  test(`refused by field: ${message.source}`, async (context) => {
    await assert.rejects(read(context, given), { name: "PackError", message });
  });
