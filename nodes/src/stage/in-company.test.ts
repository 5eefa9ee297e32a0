import assert from "node:assert/strict";
import { test } from "node:test";
import type { Value } from "@clipwork/engine";
import { gate } from "@clipwork/engine/testing";
import { inCompany, type SamplingHost } from "./in-company.ts";

/** A host with what was reported and saved; its checkpoint begins with a value. */
function hostOf(value?: Value) {
  const progress: (readonly [step: number, steps: number])[] = [];
  const saved: Value[] = [];
  const host: SamplingHost = {
    signal: new AbortController().signal,
    progress: (step, steps) => progress.push([step, steps]),
    checkpoint: { load: async () => value, save: (point) => saved.push(point) },
  };
  return { host, progress, saved };
}

test("one sampling is given the item's own host", async () => {
  const { host } = hostOf();
  const given: SamplingHost[] = [];
  assert.deepEqual(await inCompany(1, host, async (_, own) => given.push(own)), [1]);
  assert.deepEqual(given, [host]);
});

test("several samplings are under way at the same moment, and their results come in order", async () => {
  const all = gate();
  let begun = 0;
  const results = await inCompany(3, hostOf().host, async (index) => {
    if (++begun === 3) all.open();
    await all.opened;
    return `sample ${index}`;
  });
  assert.deepEqual(results, ["sample 0", "sample 1", "sample 2"]);
});

test("progress counts the steps of all samplings, whichever of them is ahead", async () => {
  const { host, progress } = hostOf();
  const hosts: SamplingHost[] = [];
  await inCompany(2, host, async (_, own) => hosts.push(own));
  const [first, second] = hosts;
  first!.progress(1, 4);
  first!.progress(2, 4);
  second!.progress(1, 4);
  assert.deepEqual(progress, [
    [1, 8],
    [2, 8],
    [3, 8],
  ]);
});

test("the item's checkpoint has a place for each sampling, from which that one resumes", async () => {
  const { host, saved } = hostOf();
  const hosts: SamplingHost[] = [];
  await inCompany(2, host, async (_, own) => hosts.push(own));
  const [first, second] = hosts;
  second!.checkpoint.save("second's");
  first!.checkpoint.save("first's");
  assert.deepEqual(saved, [
    [null, "second's"],
    ["first's", "second's"],
  ]);
  const resume = (value: Value) =>
    inCompany(2, hostOf(value).host, async (_, own) => (await own.checkpoint.load()) ?? "from the start");
  assert.deepEqual(await resume(saved[0]!), ["from the start", "second's"]);
  assert.deepEqual(await resume(saved[1]!), ["first's", "second's"]);
});

test("what as many samplings did not save is not resumed from", async () => {
  for (const value of [undefined, null, "x", {}, [], ["one"], ["one", "two", "three"]] as (Value | undefined)[]) {
    const found = await inCompany(2, hostOf(value).host, async (_, own) => own.checkpoint.load());
    assert.deepEqual(found, [undefined, undefined]);
  }
});

test("one sampling that fails stops the others with its reason, and the item fails with it", async () => {
  const reason = new Error("no room on the device");
  const stopped: unknown[] = [];
  const sampling = async (index: number, { signal }: SamplingHost) => {
    if (index === 1) throw reason;
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    stopped.push(signal.reason);
  };
  await assert.rejects(inCompany(3, hostOf().host, sampling), reason);
  assert.deepEqual(stopped, [reason, reason]);
});

test("a cancel of the item reaches every sampling", async () => {
  const controller = new AbortController();
  const signals: AbortSignal[] = [];
  await inCompany(2, { ...hostOf().host, signal: controller.signal }, async (_, { signal }) => signals.push(signal));
  controller.abort();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
});
