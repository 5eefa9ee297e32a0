import assert from "node:assert/strict";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadPack } from "../../pack/load-pack.ts";
import type { Pack } from "../../pack/pack.ts";
import { checkpoint, fixtures } from "../checkpoint.fixture.ts";
import { openTemplates } from "../template.ts";
import { openClip } from "./open-clip.ts";

const given = (context: TestContext) => checkpoint(context, "small-open-clip");
const read = async (folder: string, like?: Pack) =>
  openClip(await openTemplates(join(fixtures, "templates")), folder, like);
const weights = "open_clip_model.safetensors";

test("one file is two stages of one space, with captions and sight", async (context) => {
  const { title, spaces, texts, stages } = await read(given(context).from);
  const image = { size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], fit: "crop" };
  assert.deepEqual([title, spaces], ["CLIP", { clip: { dimension: 16, image, text: "clip" } }]);
  assert.deepEqual(
    [texts.clip!.contextLength, texts.clip!.width, Object.keys(stages)],
    [8, 16, ["clip-text", "clip-image"]],
  );
});

test("q, k and v are the thirds of one tensor, and projections are transposed", async (context) => {
  const { stages } = await read(given(context).from);
  const { bound } = stages["clip-text"]!.network.match;
  const parts = ["q", "k", "v"].map((name) => bound.get(`text_model.encoder.layers.1.self_attn.${name}_proj.weight`)!);
  assert.deepEqual(
    parts.map(({ shape, offset }) => [...shape, offset - parts[0]!.offset]),
    [0, 1, 2].map((third) => [16, 16, third * 16 * 16 * 4]),
  );
  assert.equal(bound.get("text_projection.weight")!.transposed, true);
});

test("the weights may be called as the pickle was, and the text tower may be a part of its own", async (context) => {
  const published = given(context);
  published.changeTensors(weights, (tensors) => {
    for (const [name, tensor] of [...tensors]) {
      if (/^(visual\.|logit_scale)/.test(name)) continue;
      tensors.delete(name);
      tensors.set(`text.${name}`, tensor);
    }
  });
  published.changeJson("open_clip_config.json", (json) => ({
    ...json,
    model_cfg: { ...(json.model_cfg as object), custom_text: true },
  }));
  renameSync(join(published.from, weights), join(published.from, "open_clip_pytorch_model.safetensors"));
  const { stages } = await read(published.from);
  assert.deepEqual(Object.keys(stages), ["clip-text", "clip-image"]);
});

test("tensors that its configuration does not describe are named", async (context) => {
  const published = given(context);
  published.changeTensors(weights, (tensors) => {
    tensors.set("visual.attn_pool.query", tensors.get("logit_scale")!);
    tensors.delete("text_projection");
  });
  await assert.rejects(read(published.from), { name: "PackError", message: /1 missing \(text_projection\)/ });
});

test("a pack named for a folder that has its own tokenizer is refused", async (context) => {
  const like = await loadPack(join(fixtures, "random-pack"));
  await assert.rejects(read(given(context).from, like), { name: "PackError", remedy: "Leave out --for." });
});

test("without a tokenizer it takes that of another pack, if that has as many tokens", async (context) => {
  const published = given(context);
  for (const file of ["vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"])
    rmSync(join(published.from, file));
  await assert.rejects(read(published.from), {
    name: "PackError",
    message: `${published.from} has no tokenizer: neither tokenizer.json nor vocab.json.`,
    remedy: /^Name a pack with CLIP's tokenizer with --for/,
  });
  const like = await loadPack(join(fixtures, "random-pack"));
  const { texts } = await read(published.from, like);
  assert.equal(texts.clip!.tokenizer.tokens.eos, "<|endoftext|>");
  const toybox = await loadPack(join(fixtures, "..", "..", "packs", "toybox"));
  await assert.rejects(read(published.from, toybox), {
    name: "PackError",
    message: `${published.from} is a CLIP of 522 tokens, for which the pack "toybox" has no tokenizer.`,
  });
});
