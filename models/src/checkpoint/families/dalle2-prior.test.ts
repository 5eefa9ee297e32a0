import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadPack } from "../../pack/load-pack.ts";
import type { Prior } from "../../stages/prior.ts";
import { checkpoint, fixtures } from "../checkpoint.fixture.ts";
import { dalle2Scheduler } from "./dalle2-prior.ts";

const like = await loadPack(join(fixtures, "random-pack"));
const file = "prior_config.json";

/** The prior's section of the pack that its folder becomes, with changes of its configuration. */
async function section(context: TestContext, change: object = {}) {
  const given = checkpoint(context, "small-dalle2-prior");
  given.changeJson(file, ({ prior, ...rest }) => ({ ...rest, prior: { ...(prior as object), ...change } }));
  const { folder, notes } = await given.import({ like });
  const { manifest } = await loadPack(folder);
  assert.deepEqual(Object.keys(manifest.stages), ["prior"]);
  const ids = ({ spaces, texts }: typeof manifest) =>
    [spaces, texts].map((all) => Object.values(all).map(({ id }) => id));
  assert.deepEqual(ids(manifest), ids(like.manifest));
  return { ...(manifest.stages.prior as Extract<Prior, { defaults: object }>), notes };
}

test("it lies in the space of the pack that is named, and is sampled as its configuration says", async (context) => {
  const { scheduler, defaults, normalisation, notes } = await section(context);
  assert.deepEqual(scheduler, {
    ...{ trainTimesteps: 6, betas: { kind: "cosine" }, prediction: "sample", variance: "fixed-small-log" },
    ...{ clip: "l2norm", spacing: "unclip", offset: 0 },
  });
  assert.deepEqual(defaults, { steps: 6, guidanceScale: 1 });
  assert.deepEqual(normalisation, { mean: Array(16).fill(0), std: Array(16).fill(0.25) });
  assert.match(notes.join(" "), /captions of "random-pack".* length one/);
});

test("other predictions, clamps, schedules and scales of DALLE2-pytorch are data", async (context) => {
  const linear = dalle2Scheduler({ timesteps: 100, beta_schedule: "linear", predict_x_start: true }, "the file", true);
  assert.deepEqual([linear.betas, linear.clip], [{ kind: "linear", start: 0.001, end: 0.2 }, null]);
  const few = await section(context, { sample_timesteps: 3 });
  assert.equal(few.defaults.steps, 3);
  const velocity = await section(context, { predict_v: true });
  assert.deepEqual([velocity.scheduler.prediction, velocity.scheduler.clip], ["v", "l2norm"]);
  const epsilon = await section(context, { predict_x_start: false, sampling_final_clamp_l2norm: true });
  assert.deepEqual([epsilon.scheduler.prediction, epsilon.scheduler.clip], ["epsilon", 1]);
  const scaled = await section(context, { image_embed_scale: 8, sampling_clamp_l2norm: false });
  assert.equal(scaled.normalisation!.std[0], 0.125);
});

test("weights of the network alone are taken as well", async (context) => {
  const given = checkpoint(context, "small-dalle2-prior");
  given.changeTensors("latest.safetensors", (tensors) => {
    for (const [name, tensor] of [...tensors]) {
      tensors.delete(name);
      tensors.set(name.replace(/^net\./, ""), tensor);
    }
  });
  const { manifest } = await given.import({ like });
  assert.deepEqual(Object.keys(manifest.stages), ["prior"]);
});

const refusals: readonly (readonly [object, RegExp])[] = [
  [{ beta_schedule: "sigmoid" }, /says beta_schedule: "sigmoid", but must say "cosine" or "linear"/],
  [{ condition_on_text_encodings: false }, /says condition_on_text_encodings: false.* true alone/],
  [{ init_image_embed_l2norm: true }, /says init_image_embed_l2norm: true.* false alone/],
  [{ sampling_clamp_l2norm: false, sampling_final_clamp_l2norm: true }, /clamps the finished embedding alone/],
  [{ image_embed_scale: 8 }, /clamps to the length 8, and there is a clamp to the root of the dimension alone/],
  [{ timesteps: 7 }, /says timesteps: 7, and its network knows 6/],
  [{ dynamic: true }, /has the field "dynamic", which is not known here/],
  [{ net: undefined }, /has no network, "net"/],
  [{ net: { dim: 16, depth: 2, self_cond: true } }, /fits no template/],
];
for (const [change, message] of refusals)
  test(`refused by field: ${message.source}`, async (context) => {
    await assert.rejects(section(context, change), { name: "PackError", message });
  });

test("without a pack it says what captions it needs", async (context) => {
  const given = checkpoint(context, "small-dalle2-prior");
  await assert.rejects(given.import(), {
    name: "PackError",
    message: `${given.from} is a prior for captions in a space of 16 numbers, and does not say for which text encoder.`,
    remedy: "Name the pack that has that text encoder with --for.",
  });
});
