import assert from "node:assert/strict";
import { test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { defaultSteps, readDefaults, readPresets, readScheduler } from "./scheduler.ts";

const given = {
  trainTimesteps: 4,
  betas: { kind: "linear", start: 0.1, end: 0.4 },
  prediction: "epsilon",
  variance: "fixed-small",
  clip: null,
  spacing: "leading",
};
const read = (more: object = {}) => readScheduler({ ...given, ...more }, "at");
const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error) => {
    assert.ok(error instanceof PackError, String(error));
    assert.match(error.message, message);
    return true;
  });

test("a scheduler is read as it stands; without an offset it has none", () => {
  assert.deepEqual(read(), { ...given, offset: 0 });
  assert.deepEqual(read({ offset: 1 }).offset, 1);
  assert.deepEqual(read({ timesteps: [3, 1, 0] }).timesteps, [3, 1, 0]);
  assert.deepEqual(read({ sampler: "pndm", finalAlphaBar: "first" }), {
    ...given,
    ...{ offset: 0, sampler: "pndm", finalAlphaBar: "first" },
  });
});

test("a table has a β for each timestep, from 0 and below 1", () => {
  const table = (...values: number[]) => read({ betas: { kind: "table", values } });
  assert.deepEqual(table(0, 0.1, 0.2, 0.999999).betas, { kind: "table", values: [0, 0.1, 0.2, 0.999999] });
  refused(() => table(0.1, 0.2, 0.3), /at.betas.values is "a list of 3", but must be a list of 4 numbers/);
  refused(() => table(0.1, 0.2, 0.3, 1), /at.betas.values\[3\] is 1,/);
});

test("timesteps that are listed fall, at least one of them, within what was trained", () => {
  for (const timesteps of [[], [0, 1], [3, 3], [2, 1, 1]])
    refused(() => read({ timesteps }), /timesteps in descending order, at least one/);
  refused(() => read({ timesteps: [4, 0] }), /at.timesteps\[0\] is 4, but must be a whole number from 0 to 3/);
  refused(() => read({ timesteps: [1.5] }), /whole number/);
});

test("an offset belongs to leading spacing alone", () => {
  for (const spacing of ["unclip", "trailing"]) {
    refused(() => read({ spacing, offset: 1 }), /at.offset is 1, but must be 0 if the spacing is not leading/);
    assert.equal(read({ spacing, offset: 0 }).offset, 0);
  }
});

test("a clip is a number above 0, the length of an embedding, or none", () => {
  for (const clip of [0.5, "l2norm", null]) assert.equal(read({ clip }).clip, clip);
  for (const clip of [0, -1, 1e7, "none", true, undefined]) refused(() => read({ clip }), /at.clip is /);
});

test("default steps are at most those that were trained", () => {
  const defaults = (steps: number) => readDefaults({ steps, guidanceScale: 3 }, "at", read());
  assert.deepEqual(defaults(4), { steps: 4, guidanceScale: 3 });
  for (const steps of [0, 5, 1.5])
    refused(() => defaults(steps), /at.steps is .*, but must be a whole number from 1 to 4/);
  assert.deepEqual(readDefaults({ steps: 1 }, "at", read()), { steps: 1 });
});

test("guidance keeps to an interval of two rising shares", () => {
  const interval = (guidanceInterval: unknown) => readDefaults({ steps: 1, guidanceInterval }, "at", read());
  assert.deepEqual(interval([0.15, 0.75]).guidanceInterval, [0.15, 0.75]);
  assert.deepEqual(interval([0.5, 0.5]).guidanceInterval, [0.5, 0.5]);
  refused(() => interval([0.75, 0.15]), /at.guidanceInterval is .*the smaller first/);
  for (const wrong of [[0.5], [0, 1.1], [-0.1, 1], "all"]) refused(() => interval(wrong), /at.guidanceInterval/);
});

test("a preset names a sampler and its steps", () => {
  const presets = { diffusers: { sampler: "ddpm", steps: 4 } };
  const scheduler = read({ sampler: "dpm++2m" });
  assert.deepEqual(readPresets(presets, "at", scheduler), presets);
  refused(() => readPresets({ a: { sampler: "ddpm", steps: 5 } }, "at", scheduler), /at.a.steps is 5/);
  refused(() => readPresets({ a: { sampler: "plms", steps: 4 } }, "at", scheduler), /at.a.sampler is "plms"/);
  refused(() => readPresets({ a: { sampler: "ddpm", steps: 4, eta: 1 } }, "at", scheduler), /has the field "eta"/);
});

test("a sampler has one number of steps: a second preset of it is refused, and one of the scheduler's own sampler", () => {
  const [few, many] = [2, 4].map((steps) => ({ sampler: "heun", steps }));
  const own = /at.a.sampler is "ddpm", .* another sampler: it is the scheduler's own/;
  refused(() => readPresets({ few, many }, "at", read()), /at.many.sampler is "heun", .* it is that of at.few/);
  refused(() => readPresets({ many, few }, "at", read()), /at.few.sampler is "heun", .* it is that of at.many/);
  refused(() => readPresets({ a: { sampler: "ddpm", steps: 4 } }, "at", read()), own);
  refused(() => readPresets({ a: { sampler: "ddpm", steps: 4 } }, "at", read({ sampler: "ddpm" })), own);
});

test("without steps asked for the pack's sampler takes the default ones, another those of its preset", () => {
  const stage = { scheduler: read({ sampler: "dpm++2m" }), defaults: { steps: 2 } };
  const presets = { diffusers: { sampler: "ddpm", steps: 4 } } as const;
  assert.equal(defaultSteps({ ...stage, presets }, "dpm++2m"), 2);
  assert.equal(defaultSteps({ ...stage, presets }, "ddpm"), 4);
  assert.equal(defaultSteps({ ...stage, presets }, "heun"), 2);
  assert.equal(defaultSteps(stage, "ddpm"), 2);
});

test("a sampler or an end that does not exist is refused by name", () => {
  refused(() => read({ sampler: "plms" }), /at.sampler is "plms", but must be .*"pndm"/);
  refused(() => read({ finalAlphaBar: 1 }), /at.finalAlphaBar is 1, but must be .*"first"/);
});
