import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { noVulkan } from "../../../test/vulkan.fixture.ts";
import { PackError } from "../fields/pack-error.ts";
import { loadPack } from "../pack/load-pack.ts";
import { createOnnxRunner } from "./onnx-runner.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "random-pack");

// Read by the Vulkan loader when the first session is made, in this process.
Object.assign(process.env, noVulkan);

test("a stage on a device that is not there is the device's fault, never the pack's", {
  skip: process.platform !== "linux" && "Vulkan's loader is asked on Linux only",
}, async (context) => {
  const packs = new Map([["random-pack", await loadPack(folder)]]);
  const runner = createOnnxRunner({ packs, device: { provider: "webgpu", numerics: "webgpu" } });
  context.after(() => runner.close());
  await assert.rejects(runner.warm("random-pack", "prior"), (error) => {
    assert.ok(error instanceof PackError);
    const message = 'The stage "prior" of pack "random-pack" cannot be loaded: no Vulkan adapter.';
    assert.equal(error.message, message);
    assert.match(error.remedy, /driver.*--provider cpu/);
    assert.doesNotMatch(error.remedy, /memory|export/);
    return true;
  });
});
