import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type DeviceQueueOptions, type DeviceRun, deviceQueue } from "./device-queue.ts";
import { type FakeRunnerOptions, type FakeStage, fakeRunner } from "./fake-runner.ts";
import { runnerContract } from "./runner.contract.ts";
import type { ModelRunner, StageCall } from "./runner.ts";
import type { Tensor, Tensors } from "./tensor.ts";

const tensor = (shape: readonly number[], seed: number): Tensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i)),
});
const denoise = (rows: number, seed: number, side = 4): Tensors => ({
  sample: tensor([rows, 3, side, side], seed),
  timestep: tensor([rows], seed),
});

const plain: FakeStage = {
  inputs: ["sample", "timestep"],
  outputs: ({ sample }) => ({ output: [6, ...sample!.slice(1)] }),
};

/** A fake whose denoisers are told nothing beside x_t. */
const fakeDecoder = (options: FakeRunnerOptions = {}) =>
  fakeRunner({ stages: { decoder: plain, "upsampler-256": plain }, ...options });

runnerContract("fake", async () => ({
  runner: fakeDecoder(),
  pack: "any",
  stage: "decoder",
  row: (seed) => denoise(1, seed),
}));

runnerContract("queue before the fake", async () => ({
  runner: deviceQueue(fakeDecoder()),
  pack: "any",
  stage: "decoder",
  row: (seed) => denoise(1, seed),
}));

/** A fake whose calls wait for `open`, and the runs that the queue made. */
function gated(options: { maxRows?: number; maxElements?: number } = {}) {
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const fake = fakeDecoder({
    before: () => {
      started.resolve();
      return gate.promise;
    },
  });
  const runs: DeviceRun[] = [];
  const queue = deviceQueue(fake, { ...options, onRun: (run) => runs.push(run) });
  const call = (more: Partial<StageCall> = {}) =>
    queue.run({ pack: "any", stage: "decoder", feeds: denoise(1, 1), ...more });
  return { queue, fake, runs, call, started: started.promise, open: gate.resolve };
}

/** A queue that is closed after so many runs: calls that are tried again without end would keep a test waiting. */
function boundedQueue(runner: ModelRunner, options: Pick<DeviceQueueOptions, "sharing" | "onProbe"> = {}) {
  const runs: DeviceRun[] = [];
  const queue = deviceQueue(runner, {
    ...options,
    onRun: (run) => {
      if (runs.push(run) > 10) void queue.close();
    },
  });
  return { queue, runs };
}

const shape = (runs: readonly DeviceRun[]) => runs.map(({ stage, rows, calls }) => [stage, rows, calls]);

test("sixteen guided seeds x 25 steps are 25 runs of 32 rows, with the pictures of sixteen single runs", async () => {
  const sample = async (runner: ModelRunner, seed: number) => {
    let feeds = denoise(2, seed, 16);
    for (let step = 0; step < 25; step++) {
      const { output } = await runner.run({ pack: "any", stage: "decoder", feeds });
      await null;
      const next = Float32Array.from({ length: 2 * 3 * 16 * 16 }, (_, i) => output!.data[i]!);
      feeds = { sample: { shape: [2, 3, 16, 16], data: next }, timestep: tensor([2], step) };
    }
    return feeds.sample!.data;
  };
  const runs: DeviceRun[] = [];
  const queue = deviceQueue(fakeDecoder(), { onRun: (run) => runs.push(run) });
  const together = await Promise.all(Array.from({ length: 16 }, (_, seed) => sample(queue, seed)));
  assert.deepEqual(shape(runs), Array(25).fill(["decoder", 32, 16]));
  assert.deepEqual(together[11], await sample(fakeDecoder(), 11));
  assert.notDeepEqual(together[11], together[12]);
});

test("by default 32 rows of a 64 px decoder share a run, and 1024 px calls do not", async () => {
  const runs: DeviceRun[] = [];
  const declared = { decoder: ["sample", "timestep", "context", "context_mask"], large: ["sample", "timestep"] };
  const echo: ModelRunner = {
    run: async ({ feeds }) => ({ output: feeds.timestep! }),
    inputs: async (_, stage) => declared[stage as keyof typeof declared],
    close: async () => {},
  };
  const queue = deviceQueue(echo, { onRun: (run) => runs.push(run) });
  const call = (feeds: Tensors, stage = "decoder") => queue.run({ pack: "any", stage, feeds });
  const more = { context: tensor([2, 36, 256], 1), context_mask: tensor([2, 36], 1) };
  await Promise.all(Array.from({ length: 16 }, (_, seed) => call({ ...denoise(2, seed, 64), ...more })));
  const large = {
    sample: { shape: [1, 3, 1024, 1024], data: new Float32Array(3 * 1024 ** 2) },
    timestep: tensor([1], 1),
  };
  await Promise.all([call(large, "large"), call(large, "large")]);
  assert.deepEqual(
    runs.map(({ rows }) => rows),
    [32, 1, 1],
  );
});

test("calls that come while the device is busy are packed into the next run", async () => {
  const { call, runs, started, open } = gated();
  const first = call();
  await started;
  const others = [call(), call(), call()];
  open();
  await Promise.all([first, ...others]);
  assert.deepEqual(shape(runs), [
    ["decoder", 1, 1],
    ["decoder", 3, 3],
  ]);
});

test("calls that follow at once on a run's answers join those that wait", async () => {
  const { call, runs, started, open } = gated();
  const first = call().then(() => call());
  await started;
  const waits = call();
  open();
  await Promise.all([first, waits]);
  assert.deepEqual(shape(runs), [
    ["decoder", 1, 1],
    ["decoder", 2, 2],
  ]);
});

test("stages, row shapes and packs are not mixed in a run; the call that came first goes first", async () => {
  const { call, runs, open } = gated();
  open();
  await Promise.all([
    call(),
    call({ stage: "upsampler-256" }),
    call({ feeds: denoise(1, 2, 8) }),
    call({ pack: "other" }),
    call(),
    call({ stage: "upsampler-256" }),
  ]);
  assert.deepEqual(shape(runs), [
    ["decoder", 2, 2],
    ["upsampler-256", 2, 2],
    ["decoder", 1, 1],
    ["decoder", 1, 1],
  ]);
});

test("a lower lane goes first and takes no call of another lane along", async () => {
  const { call, runs, fake, open } = gated();
  open();
  await Promise.all([
    call({ lane: 1, feeds: denoise(2, 1) }),
    call({ lane: 0 }),
    call({ lane: 1, feeds: denoise(3, 1) }),
  ]);
  assert.deepEqual(
    runs.map(({ rows }) => rows),
    [1, 5],
  );
  assert.equal(fake.calls.length, 2);
});

test("a run has at most maxRows rows and maxElements elements; one larger call runs by itself", async () => {
  const rows = gated({ maxRows: 4 });
  rows.open();
  await Promise.all([...Array.from({ length: 5 }, () => rows.call()), rows.call({ feeds: denoise(9, 1) })]);
  assert.deepEqual(shape(rows.runs), [
    ["decoder", 4, 4],
    ["decoder", 1, 1],
    ["decoder", 9, 1],
  ]);
  const elements = gated({ maxElements: 100 });
  elements.open();
  await Promise.all(Array.from({ length: 3 }, () => elements.call()));
  assert.deepEqual(shape(elements.runs), [
    ["decoder", 2, 2],
    ["decoder", 1, 1],
  ]);
});

test("an aborted call leaves the waiting batch; its companions run without it", async () => {
  const { call, runs, started, open } = gated();
  const first = call();
  await started;
  const controller = new AbortController();
  const leaves = call({ signal: controller.signal });
  const stays = call();
  controller.abort(new Error("stop"));
  await assert.rejects(leaves, /stop/);
  open();
  await Promise.all([first, stays]);
  assert.deepEqual(
    runs.map(({ rows }) => rows),
    [1, 1],
  );
});

test("a call that has started ends as usual when it is aborted", async () => {
  const { call, started, open } = gated();
  const controller = new AbortController();
  const running = call({ signal: controller.signal });
  await started;
  controller.abort();
  open();
  assert.equal((await running).output!.shape[0], 1);
});

test("when a shared run fails, each call runs by itself and only the bad one rejects", async () => {
  const fake = fakeDecoder();
  const bad: ModelRunner = {
    run: (call) => (call.feeds.sample!.data.includes(666) ? Promise.reject(new Error("bad row")) : fake.run(call)),
    inputs: (pack, stage) => fake.inputs(pack, stage),
    close: () => fake.close(),
  };
  const { queue, runs } = boundedQueue(bad);
  const poisoned = denoise(1, 1);
  poisoned.sample!.data[0] = 666;
  const run = (feeds: Tensors) => queue.run({ pack: "any", stage: "decoder", feeds });
  const [good, broken, fine] = await Promise.allSettled([run(denoise(1, 1)), run(poisoned), run(denoise(1, 2))]);
  assert.equal(good.status, "fulfilled");
  assert.match(String((broken as PromiseRejectedResult).reason), /bad row/);
  assert.equal(fine.status, "fulfilled");
  assert.deepEqual(
    runs.map(({ calls }) => calls),
    [3, 1, 1, 1],
  );
});

test("a call that was aborted during a shared run that failed is not tried again", async () => {
  const controller = new AbortController();
  const rows: number[] = [];
  const bad: ModelRunner = {
    async run({ feeds }) {
      rows.push(feeds.sample!.shape[0]!);
      if (rows.length > 1) return { output: feeds.timestep! };
      controller.abort(new Error("stop"));
      throw new Error("bad row");
    },
    inputs: async () => plain.inputs,
    close: async () => {},
  };
  const { queue } = boundedQueue(bad);
  const run = (signal?: AbortSignal) =>
    queue.run({ pack: "any", stage: "decoder", feeds: denoise(1, 1), ...(signal ? { signal } : {}) });
  const [good, aborted] = [run(), run(controller.signal)];
  await Promise.all([good, assert.rejects(aborted, /stop/)]);
  assert.deepEqual(rows, [2, 1]);
});

test("a probe keeps sharing where rows in company equal rows alone, and is made once", async () => {
  const fake = fakeDecoder();
  const probes: unknown[] = [];
  const queue = deviceQueue(fake, { sharing: "probed", onProbe: (probe) => probes.push(probe) });
  const round = () =>
    Promise.all([1, 2, 3].map((seed) => queue.run({ pack: "any", stage: "decoder", feeds: denoise(1, seed) })));
  await round();
  await round();
  assert.deepEqual(probes, [{ pack: "any", stage: "decoder", exact: true }]);
  assert.deepEqual(
    fake.calls.map(({ feeds }) => feeds.sample!.shape[0]),
    [3, 1, 1, 3],
  );
});

test("a probe ends sharing where a bit differs; every call then has the bits of a run alone", async () => {
  const fake = fakeDecoder();
  const inexact: ModelRunner = {
    async run(call) {
      const outputs = await fake.run(call);
      const rows = outputs.output!.shape[0]!;
      if (rows > 1) outputs.output!.data[outputs.output!.data.length - 1]! += 1e-6;
      return outputs;
    },
    inputs: (pack, stage) => fake.inputs(pack, stage),
    close: () => fake.close(),
  };
  const { queue, runs } = boundedQueue(inexact, { sharing: "probed" });
  const round = () =>
    Promise.all([1, 2, 3].map((seed) => queue.run({ pack: "any", stage: "decoder", feeds: denoise(1, seed) })));
  const [first, second] = [await round(), await round()];
  const alone = await fake.run({ pack: "any", stage: "decoder", feeds: denoise(1, 3) });
  assert.deepEqual(first[2], alone);
  assert.deepEqual(second[2], alone);
  assert.deepEqual(
    runs.map(({ calls }) => calls),
    [3, 1, 1, 1, 1, 1, 1],
  );
});

test("what a probe of calls of several rows found does not count for calls of one", async () => {
  const fake = fakeDecoder();
  const otherAlone: ModelRunner = {
    async run(call) {
      const outputs = await fake.run(call);
      if (outputs.output!.shape[0] === 1) outputs.output!.data[0]! += 1e-6;
      return outputs;
    },
    inputs: (pack, stage) => fake.inputs(pack, stage),
    close: () => fake.close(),
  };
  const exact: boolean[] = [];
  const { queue } = boundedQueue(otherAlone, { sharing: "probed", onProbe: (probe) => exact.push(probe.exact) });
  const round = (rows: number) =>
    Promise.all([1, 2].map((seed) => queue.run({ pack: "any", stage: "decoder", feeds: denoise(rows, seed) })));
  await round(2);
  const [first] = await round(1);
  const alone = await otherAlone.run({ pack: "any", stage: "decoder", feeds: denoise(1, 1) });
  assert.deepEqual(first, alone);
  assert.deepEqual(exact, [true, false]);
});

test("calls that came while the probe ran have the bits of a run alone too", async () => {
  const fake = fakeDecoder();
  const late: Promise<Tensors>[] = [];
  const call = (seed: number) => queue.run({ pack: "any", stage: "decoder", feeds: denoise(1, seed) });
  const inexact: ModelRunner = {
    async run(given) {
      if (late.length === 0) {
        late.push(call(3), call(4));
        await setImmediate();
      }
      const outputs = await fake.run(given);
      if (outputs.output!.shape[0]! > 1) outputs.output!.data[0]! += 1e-6;
      return outputs;
    },
    inputs: (pack, stage) => fake.inputs(pack, stage),
    close: () => fake.close(),
  };
  const { queue } = boundedQueue(inexact, { sharing: "probed" });
  await Promise.all([call(1), call(2)]);
  const alone = await fake.run({ pack: "any", stage: "decoder", feeds: denoise(1, 3) });
  assert.deepEqual(await late[0], alone);
});

test("close lets the running call end and rejects those that wait", async () => {
  const { queue, call, started, open } = gated();
  const running = call();
  await started;
  const waits = call();
  const closing = queue.close();
  await assert.rejects(waits, /closed/);
  open();
  await closing;
  assert.equal((await running).output!.shape[0], 1);
});

test("a run names whom it is for, each once, when it began and how long its first call had waited", async () => {
  const { runs, call, started, open } = gated();
  const before = performance.now();
  const first = call({ owner: "paint" });
  await started;
  const others = [call({ owner: "paint" }), call({ owner: "enlarge" }), call({ owner: "paint" }), call()];
  // They are in the queue once the stage's inputs are known.
  await setImmediate();
  open();
  await Promise.all([first, ...others]);
  assert.deepEqual(
    runs.map(({ owners, calls }) => [owners, calls]),
    [
      [["paint"], 1],
      [["paint", "enlarge"], 4],
    ],
  );
  const [one, two] = runs;
  assert.ok(one!.start >= before && one!.start + one!.ms <= two!.start, JSON.stringify(runs));
  assert.ok(one!.wait >= 0 && two!.wait > 0 && two!.wait <= two!.start - before, JSON.stringify(runs));
});
