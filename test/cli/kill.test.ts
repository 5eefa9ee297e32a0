import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixturePacks, folderWith, hierarchy, shortHierarchy } from "./clipwork.fixture.ts";
import { checkpointsIn, killAndResume, type LongRun, randomOf, undisturbed } from "./kill.fixture.ts";

const steps = 1000;

// `npm run bench -- kills` does the same twenty times with a trained pack, and measures what was done twice.
test("runs that SIGKILL ends at random steps of decoder and upsampler go on where they were saved, to the same pixels", {
  skip: process.platform !== "linux",
}, async (context) => {
  const seed = Number(process.env.CLIPWORK_SEED ?? randomInt(2 ** 31));
  context.diagnostic(`CLIPWORK_SEED=${seed}`);
  const random = randomOf(seed);
  const decoder = shortHierarchy();
  decoder.nodes.decode!.params = { pack: "random-pack", seed: 7, steps };
  const cwd = folderWith(context, decoder);
  const upsampler = hierarchy();
  upsampler.nodes.enlarge!.params = { pack: "random-pack", steps };
  writeFileSync(join(cwd, "upsampler.json"), JSON.stringify(upsampler));
  const common = { cwd, packs: fixturePacks, steps };
  const runs: LongRun[] = [
    { ...common, workflow: "workflow.json", node: "decode", length: 3 * 16 * 16 },
    { ...common, workflow: "upsampler.json", node: "enlarge", length: 3 * 32 * 32 },
  ];
  for (const run of runs) {
    const pixels = await undisturbed(run);
    for (const i of [1, 2]) {
      const data = `${run.node}-${i}`;
      const kill = await killAndResume(run, data, random);
      context.diagnostic(JSON.stringify(kill));
      assert.equal(kill.pixels, pixels, "the pixels are those of the undisturbed run");
      // What the worker wrote while it outlived its host may be newer than what was found.
      assert.ok(kill.from >= kill.saved, "the next run goes on from the checkpoint");
      assert.deepEqual(await checkpointsIn(join(cwd, data, "values"), run.length), [], "no checkpoint is left");
    }
  }
});
