import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { childrenOf, clipwork, type Event, folderWith, shortHierarchy, type Workflow } from "./clipwork.fixture.ts";
import { checkpointsIn } from "./kill.fixture.ts";

/** Samplers that take some seconds anywhere; the second remembers x_0 of the step before, and adds noise. */
const samplers = { pack: 1000, "dpm++2m-sde": 900 };

function workflowWith(sampler: string): Workflow {
  const workflow = shortHierarchy();
  const { decode } = workflow.nodes;
  return { ...workflow, nodes: { ...workflow.nodes, decode: { ...decode!, params: { ...decode!.params, sampler } } } };
}

const isStep = ({ event, node }: Event) => event === "node.progress" && node === "decode";

/** The steps of the decoder's checkpoints: its pictures are 16 × 16 here. */
const savedSteps = (values: string) => checkpointsIn(values, 3 * 16 * 16);

for (const [sampler, steps] of Object.entries(samplers))
  test(
    `a killed model process is resumed where it was, and gives the same picture: sampler ${sampler}`,
    {
      skip: process.platform !== "linux",
    },
    (context) => killAndResume(context, sampler, steps),
  );

async function killAndResume(context: TestContext, sampler: string, count: number): Promise<void> {
  const args = ["run", "workflow.json", "--set", `decoderSteps=${count}`, "--json"];
  const cwd = folderWith(context, workflowWith(sampler));
  const values = join(cwd, "data", "values");
  let looking = false;
  const killed = await clipwork([...args, "--data", "data"], {
    cwd,
    onEvent: async (event, { pid }) => {
      if (looking || !isStep(event)) return;
      looking = true;
      // On a busy machine the first is of step 1, which would not tell a resumed run from a new one.
      looking = (await savedSteps(values)).some((step) => step > 1);
      if (looking) for (const child of childrenOf(pid)) process.kill(child, "SIGKILL");
    },
  });
  assert.deepEqual([killed.code, killed.last().status], [1, "failed"], killed.stderr);
  const [saved] = await savedSteps(values);
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

  const [left] = await savedSteps(values);
  const resumed = await clipwork([...args, "--data", "data"], { cwd });
  assert.equal(resumed.code, 0, resumed.stderr);
  const steps = resumed.events().filter(isStep);
  assert.deepEqual([steps[0]!.step, steps.length], [left, count + 1 - left!]);
  assert.deepEqual(await savedSteps(values), []);

  const whole = await clipwork([...args, "--data", "other"], { cwd });
  assert.equal(whole.events().find(isStep)!.step, 1);
  assert.equal(resumed.last().outputs[0]!.pixels, whole.last().outputs[0]!.pixels);
}
