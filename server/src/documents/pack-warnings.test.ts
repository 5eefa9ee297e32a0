import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { validateJson } from "@clipwork/engine/testing";
import { loadPack } from "@clipwork/models";
import { cpuDevice } from "@clipwork/models/onnx";
import { catalogue } from "@clipwork/nodes";
import { buildEnvironment } from "./environment.ts";
import { sizeWarnings } from "./pack-warnings.ts";

const pack = "random-pack";
const packs = new Map([[pack, await loadPack(join(import.meta.dirname, "../../../test/fixtures", pack))]]);
const environment = buildEnvironment({ catalogue, packs, files: {}, numerics: cpuDevice().numerics });

/** The warnings about a decoder with these parameters, and links besides. */
function warnings(params: object, links: object = {}) {
  const nodes = {
    caption: { type: "text.prompt", version: 1, params: { text: "a red cube" } },
    encode: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" }, params: { pack } },
    prior: { type: "prior.diffusion", version: 1, inputs: { text: "encode.embedding" }, params: { pack } },
    noise: { type: "latent.noise", version: 1, params: { pack } },
    decode: {
      ...{ type: "decoder.sample", version: 2, params: { pack, ...params } },
      inputs: { image: "prior.embedding", text: "encode.embedding", ...links },
    },
    save: { type: "output.image", version: 1, inputs: { image: "decode.image" } },
  };
  const { plan, problems } = validateJson({ format: "clipwork/1", nodes }, environment);
  assert.ok(plan, JSON.stringify(problems));
  return sizeWarnings(plan, packs);
}

test("a size that the pack does not paint is a warning at the node that asks for it, in the words of its run", () => {
  assert.deepEqual(warnings({ width: 24, height: 16 }), [
    {
      ...{ code: "size", severity: "warning", node: "decode" },
      message: "The picture asked for is 24 × 16, but this decoder paints 16 × 16.",
      remedy: 'Set "width" and "height" to such sizes, or leave them empty.',
    },
  ]);
});

test("no warning where the size is the pack's, is left to it, or is not known yet", () => {
  assert.deepEqual(warnings({}), []);
  assert.deepEqual(warnings({ width: 16, height: 16 }), []);
  assert.deepEqual(warnings({ width: 24 }, { noise: "noise.noise" }), []);
});
