import assert from "node:assert/strict";
import { test } from "node:test";
import { readScheduler } from "../stages/scheduler.ts";
import { readSchedulerConfig } from "./scheduler-config.ts";

const where = "prior_scheduler/scheduler_config.json";
const read = (config: object) => readSchedulerConfig(config as never, where);

test("Karlo's: what its files say, and UnCLIPScheduler's own betas and spacing", () => {
  const karlo = { _class_name: "UnCLIPScheduler", _diffusers_version: "0.12.0", clip_sample_range: 5 };
  assert.deepEqual(read({ ...karlo, prediction_type: "sample", variance_type: "fixed_small_log" }), {
    trainTimesteps: 1000,
    betas: { kind: "cosine" },
    ...{ prediction: "sample", variance: "fixed-small-log", clip: 5, spacing: "unclip", offset: 0 },
  });
  assert.equal(read({ _class_name: "UnCLIPScheduler", variance_type: "learned_range" }).variance, "learned-range");
});

test("Kandinsky's: linear betas, leading spacing, no clamp, and diffusers' defaults for what is left out", () => {
  const kandinsky = { _class_name: "DDPMScheduler", beta_start: 0.00085, beta_end: 0.012, clip_sample: false };
  assert.deepEqual(read({ ...kandinsky, variance_type: "learned_range", steps_offset: 1 }), {
    trainTimesteps: 1000,
    betas: { kind: "linear", start: 0.00085, end: 0.012 },
    ...{ prediction: "epsilon", variance: "learned-range", clip: null, spacing: "leading", offset: 1 },
  });
});

test("other betas, predictions and spacings; an offset counts for leading spacing alone", () => {
  const ddim = { _class_name: "DDIMScheduler", beta_schedule: "scaled_linear", prediction_type: "v_prediction" };
  const found = read({ ...ddim, timestep_spacing: "trailing", steps_offset: 1 });
  assert.deepEqual(
    [found.betas, found.prediction, found.spacing, found.offset, found.clip],
    [{ kind: "scaled-linear", start: 0.0001, end: 0.02 }, "v", "trailing", 0, 1],
  );
  const table = read({ _class_name: "DDPMScheduler", num_train_timesteps: 2, trained_betas: [0.1, 0.2] });
  assert.deepEqual(table.betas, { kind: "table", values: [0.1, 0.2] });
});

test("Stable unCLIP's: PNDM with what its files say, and the field of another scheduler that they carry", () => {
  const stable = { _class_name: "PNDMScheduler", beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012 };
  const ends = { set_alpha_to_one: false, skip_prk_steps: true, steps_offset: 1, clip_sample: false };
  assert.deepEqual(read({ ...stable, ...ends, prediction_type: "v_prediction" }), {
    trainTimesteps: 1000,
    betas: { kind: "scaled-linear", start: 0.00085, end: 0.012 },
    ...{ prediction: "v", variance: "fixed-small", clip: null, spacing: "leading", offset: 1 },
    ...{ sampler: "pndm", finalAlphaBar: "first" },
  });
});

test("a scheduler's class says which sampler its authors take", () => {
  const leading = { timestep_spacing: "leading" };
  const solver = { _class_name: "DPMSolverMultistepScheduler" };
  const samplerOf = (config: object) => read(config).sampler;
  assert.equal(samplerOf({ _class_name: "UnCLIPScheduler" }), undefined);
  assert.equal(samplerOf({ _class_name: "DDPMScheduler" }), undefined);
  assert.equal(samplerOf({ _class_name: "DDIMScheduler" }), "ddim");
  assert.equal(samplerOf({ ...leading, _class_name: "EulerDiscreteScheduler", set_alpha_to_one: false }), "euler");
  assert.equal(samplerOf({ ...leading, _class_name: "HeunDiscreteScheduler" }), "heun");
  assert.equal(samplerOf(solver), "dpm++2m");
  assert.equal(samplerOf({ ...solver, algorithm_type: "sde-dpmsolver++" }), "dpm++2m-sde");
});

test("DPM-Solver++: no clamp, the learned variance if there is one, and linspace is the spacing of unCLIP", () => {
  const solver = { _class_name: "DPMSolverMultistepScheduler", clip_sample: true, use_karras_sigmas: null };
  const found = read({ ...solver, variance_type: "learned_range", lambda_min_clipped: -Infinity });
  assert.deepEqual([found.variance, found.clip, found.spacing, found.offset], ["learned-range", null, "unclip", 0]);
  assert.equal(read({ ...solver, timestep_spacing: "leading", steps_offset: 1 }).offset, 1);
});

test("an end at the clean sample is the format's own and is not stated", () => {
  assert.equal(read({ _class_name: "DDIMScheduler" }).finalAlphaBar, undefined);
  assert.equal(read({ _class_name: "DDIMScheduler", set_alpha_to_one: false }).finalAlphaBar, "first");
});

test("what is read is a scheduler of the pack format", () => {
  const pndm = { _class_name: "PNDMScheduler", skip_prk_steps: true };
  const names = ["UnCLIPScheduler", "DDPMScheduler", "DDIMScheduler", "DPMSolverMultistepScheduler"];
  for (const config of [pndm, ...names.map((_class_name) => ({ _class_name }))]) {
    const scheduler = read(config);
    assert.deepEqual(readScheduler(JSON.parse(JSON.stringify(scheduler)), "scheduler"), scheduler);
  }
});

const refusals: readonly [what: string, config: object, message: RegExp][] = [
  ["a scheduler that is not sampled with", { _class_name: "KDPM2DiscreteScheduler" }, /is of a "KDPM2D.*", and those/],
  ["no class", {}, /is of a undefined/],
  ["a name that every object has", { _class_name: "toString" }, /is of a "toString"/],
  ["thresholding", { _class_name: "DDPMScheduler", thresholding: true }, /says thresholding: true/],
  ["the start of Runge and Kutta", { _class_name: "PNDMScheduler" }, /says skip_prk_steps: false/],
  ["noise levels between", { _class_name: "EulerDiscreteScheduler" }, /says timestep_spacing: "linspace"/],
  [
    "noise levels of another rule",
    { _class_name: "DPMSolverMultistepScheduler", use_karras_sigmas: true },
    /says use_karras_sigmas: true/,
  ],
  ["another order", { _class_name: "DPMSolverMultistepScheduler", solver_order: 3 }, /says solver_order: 3/],
  [
    "a solver of the noise",
    { _class_name: "DPMSolverMultistepScheduler", algorithm_type: "dpmsolver" },
    /says algorithm_type: "dpmsolver", but must say dpmsolver\+\+ or sde-dpmsolver\+\+/,
  ],
  ["no noise at the end", { _class_name: "DDIMScheduler", rescale_betas_zero_snr: true }, /rescale_betas_zero_snr/],
  ["unknown betas", { _class_name: "DDPMScheduler", beta_schedule: "sigmoid" }, /says beta_schedule: "sigmoid"/],
  [
    "an unknown prediction",
    { _class_name: "UnCLIPScheduler", prediction_type: "flow" },
    /says prediction_type: "flow"/,
  ],
  ["an unknown variance", { _class_name: "DDPMScheduler", variance_type: "learned" }, /says variance_type: "learned"/],
  [
    "an unknown spacing",
    { _class_name: "DDPMScheduler", timestep_spacing: "linspace" },
    /timestep_spacing: "linspace"/,
  ],
  ["a field of another scheduler", { _class_name: "UnCLIPScheduler", beta_start: 1 }, /has the field "beta_start"/],
];

for (const [what, config, message] of refusals)
  test(`refuses ${what} by name`, () => {
    assert.throws(() => read(config), { name: "PackError", message: new RegExp(`^${where} .*${message.source}`) });
  });
