// The nodes as they ship, with the toybox's trained weights on onnxruntime, against diffusers' own UnCLIPPipeline on the same
// weights and the same noise: every step of a default run, guidance on (docs/decisions/0012-toybox-parity.md).
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { catalogue } from "@clipwork/nodes";
import { type Finding, violations, worst } from "./parity-check.ts";
import { readToyboxGolden, stages } from "./toybox-golden.ts";
import { openToybox, toyboxParity } from "./toybox-run.ts";

const toybox = await openToybox();
after(() => toybox.runner.close());
const parity = toyboxParity(catalogue, toybox);
const show = (error: number) => error.toExponential(1);

for (const stage of stages) {
  test(`${stage}: each step alone, given the reference's x_t, is within 1e-4`, async (t) => {
    const findings: Finding[] = [];
    for (const step of toybox.golden.stages[stage].timesteps.keys()) {
      findings.push(...(await parity.taughtStep(stage, step + 1)));
    }
    const kinds = ["output", "x0", "next"].map(
      (kind) => `${kind} ${show(worst(findings, new RegExp(`\\d ${kind}$`)))}`,
    );
    t.diagnostic(`${stage}, taught: ${kinds.join(", ")}`);
    assert.deepEqual(violations(findings), []);
  });
}

test("the whole chain, every step going on from its own last one, is within 1e-3", async (t) => {
  const findings = await parity.freeRun();
  for (const stage of stages) {
    const states = show(worst(findings, new RegExp(`^${stage} free x before step \\d+$`)));
    t.diagnostic(`${stage}, free: x_t ${states}, final ${show(worst(findings, new RegExp(`^${stage} free final`)))}`);
  }
  assert.deepEqual(violations(findings), []);
});

test("the decoder by DDIM with diffusers' DDIMScheduler in the pipeline is within 1e-3", async (t) => {
  const findings = await parity.ddimRun();
  const states = show(worst(findings, /x before step \d+$/));
  t.diagnostic(`ddim, free: x_t ${states}, final ${show(worst(findings, /final/))}`);
  assert.deepEqual(violations(findings), []);
});

test("goldens of published checkpoints take less than 4 MB, and all others together less than 2 MB", () => {
  const folder = join(import.meta.dirname, "goldens");
  const sizes = new Map(readdirSync(folder).map((file) => [file, statSync(join(folder, file)).size]));
  const ofCheckpoints = ["checkpoints", "dalle2", "kandinsky", "kandinsky-2-1", "stable-unclip"].map(
    (name) => `${name}.json`,
  );
  const published = ofCheckpoints.reduce((sum, file) => sum + sizes.get(file)!, 0);
  const others = [...sizes.values()].reduce((sum, size) => sum + size, -published);
  assert.ok(published > 0 && published < 4e6, `${published} bytes`);
  assert.ok(others > 0 && others < 2e6, `${others} bytes`);
});

test("goldens of another pack are refused with what to do", () => {
  const manifest = readFileSync(join(toybox.pack.folder, "manifest.json"), "utf8");
  const retrained = new TextEncoder().encode(manifest.replace(/"sha256": "./, '"sha256": "z'));
  assert.throws(
    () => readToyboxGolden(retrained),
    /packs\/toybox is not the pack .* Run `.*training\.export\.toybox_goldens` and commit/,
  );
});
