import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { decodeValue } from "@clipwork/engine";
import { diskStore } from "../../server/src/host/disk-store.ts";
import { childrenOf, clipwork, type Event, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

/** A sampler that takes some seconds anywhere. */
const args = ["run", "workflow.json", "--set", "decoderSteps=1000", "--json"];
const isStep = ({ event, node }: Event) => event === "node.progress" && node === "decode";

/** The steps that the decoder's checkpoints (its pictures are 16 × 16 here) among the stored values tell. */
async function checkpointsIn(values: string): Promise<number[]> {
  const store = diskStore(values);
  const keys = globSync("*/*", { cwd: values, exclude: ["**/*.tmp"] }).map((path) => basename(path));
  const entries = await Promise.all(keys.map((key) => store.get(key)));
  return entries.flatMap((bytes) => {
    const { value } = (bytes ? decodeValue(bytes) : {}) as { value?: { step?: number; x?: { length: number } } };
    return value?.step !== undefined && value.x?.length === 3 * 16 * 16 ? [value.step] : [];
  });
}

test("a killed model process is resumed where it was, and gives the same picture", {
  skip: process.platform !== "linux",
}, async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const values = join(cwd, "data", "values");
  let looking = false;
  const killed = await clipwork([...args, "--data", "data"], {
    cwd,
    onEvent: async (event, { pid }) => {
      if (looking || !isStep(event)) return;
      looking = true;
      // On a busy machine the first is of step 1, which would not tell a resumed run from a new one.
      looking = (await checkpointsIn(values)).some((step) => step > 1);
      if (looking) for (const child of childrenOf(pid)) process.kill(child, "SIGKILL");
    },
  });
  assert.deepEqual([killed.code, killed.last().status], [1, "failed"], killed.stderr);
  const [saved] = await checkpointsIn(values);
  assert.ok(saved! > 1, `step ${saved}`);

  let asked = false;
  const anew = await clipwork([...args, "--data", "data", "--no-cache"], {
    cwd,
    onEvent: (event, child) => {
      if (asked || !isStep(event)) return;
      asked = true;
      child.kill("SIGINT");
    },
  });
  assert.equal(anew.code, 130, anew.stderr);
  assert.equal(anew.events().find(isStep)!.step, 1);

  const [left] = await checkpointsIn(values);
  const resumed = await clipwork([...args, "--data", "data"], { cwd });
  assert.equal(resumed.code, 0, resumed.stderr);
  const steps = resumed.events().filter(isStep);
  assert.deepEqual([steps[0]!.step, steps.length], [left, 1001 - left!]);
  assert.deepEqual(await checkpointsIn(values), []);

  const whole = await clipwork([...args, "--data", "other"], { cwd });
  assert.equal(whole.events().find(isStep)!.step, 1);
  assert.equal(resumed.last().outputs[0]!.pixels, whole.last().outputs[0]!.pixels);
});
