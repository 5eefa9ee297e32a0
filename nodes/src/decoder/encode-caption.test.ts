import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeRunner } from "@clipwork/models";
import { encodeText } from "../clip/encode-text.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { runNode, tinyManifest, tinyPack } from "../testing/index.ts";
import { latentManifest, latentPack } from "../testing/latents.ts";
import { encodeForDecoder } from "./encode-caption.ts";

/** A pack whose decoder reads captions of an encoder of states alone, beside CLIP's. */
const text = { ...tinyManifest.texts["tiny-clip"], id: "2".repeat(64), width: 4 };
const manifest = {
  ...latentManifest,
  texts: { ...tinyManifest.texts, words: text },
  stages: {
    ...latentManifest.stages,
    decoder: { ...latentManifest.stages.decoder, text: "words" },
    words: { role: "text-encoder", file: "words.onnx", sha256: "0".repeat(64), text: "words" },
  },
} as const;
const pack = {
  ...tinyPack,
  manifest,
  tokenizers: { ...tinyPack.tokenizers, words: tinyPack.tokenizers["tiny-clip"]! },
};
const models = () =>
  fakeRunner({ stages: { words: { inputs: ["ids"], outputs: ({ ids }) => ({ states: [ids![0]!, 4] }) } } });

test("a caption is encoded by the decoder's own text encoder; its embedding is the state of its last token", async () => {
  const { outputs, calls } = await runNode(encodeForDecoder, { text: "cube sky" }, {}, { pack, models: models() });
  assert.deepEqual(
    calls.map(({ stage }) => stage),
    ["words"],
  );
  const { embedding, states, mask } = outputs.embedding as TextEmbeddingValue;
  assert.deepEqual([states.length, [...mask]], [24, [1, 1, 1, 1, 0, 0]]);
  assert.deepEqual(embedding, states.slice(12, 16));
});

test("it says what was cut and what the pack was not trained on", async () => {
  const { notices } = await runNode(encodeForDecoder, { text: "cube sky a b c" }, {}, { pack, models: models() });
  assert.equal(notices.length, 2);
  assert.match(notices[0]!, /too long for the pack .*"c"/);
});

test("of a decoder that reads CLIP's captions it gives what CLIP encodes", async () => {
  const { outputs } = await runNode(encodeForDecoder, { text: "cube" });
  assert.deepEqual(outputs, (await runNode(encodeText, { text: "cube" })).outputs);
});

test("a decoder that reads no captions is an error that says so", async () => {
  await assert.rejects(runNode(encodeForDecoder, { text: "cube" }, {}, { pack: latentPack }), {
    name: "NodeError",
    message: /reads no captions/,
  });
});
