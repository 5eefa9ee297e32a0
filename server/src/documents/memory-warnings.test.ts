import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { validateJson } from "@clipwork/engine/testing";
import { loadPack } from "@clipwork/models";
import { cpuDevice } from "@clipwork/models/onnx";
import { catalogue } from "@clipwork/nodes";
import { buildEnvironment } from "./environment.ts";
import { memoryWarnings } from "./memory-warnings.ts";

const pack = "random-pack";
const packs = new Map([[pack, await loadPack(join(import.meta.dirname, "../../../test/fixtures", pack))]]);
const environment = buildEnvironment({ catalogue, packs, files: {}, numerics: cpuDevice().numerics });

const { plan } = validateJson(
  {
    format: "clipwork/1",
    nodes: {
      caption: { type: "text.prompt", version: 1, params: { text: "a red cube" } },
      encode: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" }, params: { pack } },
      prior: { type: "prior.diffusion", version: 1, inputs: { text: "encode.embedding" }, params: { pack } },
      decode: {
        type: "decoder.sample",
        version: 1,
        inputs: { image: "prior.embedding", text: "encode.embedding" },
        params: { pack },
      },
      enlarge: { type: "upsampler.x256", version: 1, inputs: { image: "decode.image" }, params: { pack } },
      save: { type: "output.image", version: 1, inputs: { image: "enlarge.image" } },
    },
  },
  environment,
);

const warnings = (free: number) => memoryWarnings(plan!, packs, { provider: "cpu" }, free);
const nodes = async (free: number) => (await warnings(free)).map(({ node }) => node);

test("each stage that does not fit is a warning at the first node that runs it, the network of a last step too", async () => {
  assert.deepEqual(await nodes(1e9), []);
  // The decoder takes 0.8 MB, the upsampler's two networks 0.2 MB each, the captions' encoder a little less.
  assert.deepEqual(await nodes(500_000), ["decode"]);
  assert.deepEqual(await nodes(200_000), ["decode", "enlarge", "enlarge"]);
  const [first] = await warnings(500_000);
  assert.deepEqual(first, {
    code: "memory",
    severity: "warning",
    node: "decode",
    message: 'The stage "decoder" of pack "random-pack" needs 0.8 MB of memory, 0.5 MB free.',
    remedy: "Close other programs, give this one more memory, or import the weights with 8 bits (--weights int8).",
  });
});

test("on a GPU a stage that needs more than the card has is a warning, and nothing is foreseen where nobody tells how much that is", async () => {
  const onGpu = (memory?: number) => memoryWarnings(plan!, packs, { provider: "cuda" }, memory);
  assert.deepEqual(await onGpu(1e9), []);
  const [first, ...more] = await onGpu(500_000);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [first!.node, first!.message],
    ["decode", "The stage random-pack/decoder needs more memory than the 0.0 GiB that the GPU has."],
  );
  assert.deepEqual(await memoryWarnings(plan!, packs, { provider: "webgpu" }), []);
});
