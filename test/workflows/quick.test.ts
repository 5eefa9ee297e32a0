import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { loadPack } from "@clipwork/models";
import { catalogue } from "@clipwork/nodes";
import { chooseSampler, type PictureParams } from "../../nodes/src/stage/sample-stage.ts";
import { requireStage } from "../../nodes/src/stage/stage.ts";
import { fewSteps, inFewSteps } from "../../ui/src/document/quick.ts";

const root = join(import.meta.dirname, "..", "..");
const pack = await loadPack(join(root, "packs", "toybox"));

const workflow = (name: string): WorkflowJson =>
  JSON.parse(readFileSync(join(root, "workflows", `${name}.json`), "utf8"));

/** The steps that the decoder of a workflow takes, with what it leaves to the type or the pack. */
function decoderSteps({ nodes }: WorkflowJson) {
  const { params } = nodes.decode!;
  const own = { steps: null, sampler: "pack", eta: 0, spacing: "pack", ...params } as unknown as PictureParams;
  return chooseSampler(requireStage(pack, "decoder").stage, own).steps;
}

test("Live's first drawing takes the decoder's steps of the quick workflow", () => {
  const whole = workflow("text-to-image");
  const live = inFewSteps(whole, "decode", fewSteps.first, catalogue);
  assert.deepEqual(decoderSteps(live), decoderSteps(workflow("text-to-image-quick")));
  assert.ok(decoderSteps(live).length < decoderSteps(whole).length);
});
