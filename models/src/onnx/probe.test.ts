import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { probeProvider } from "./probe.ts";

const module = join(import.meta.dirname, "probe.fixture.ts");
/** Tries webgpu with a module that behaves as told in place of the real one. */
const probe = (behaviour: string, limit?: number) => {
  process.env.PROBE_BEHAVIOUR = behaviour;
  return probeProvider("webgpu", { timed: true, module, ...(limit === undefined ? {} : { limit }) });
};

test("a probe that crashes, hangs or says nothing is a provider that does not work, and harms nobody", async () => {
  const expected = {
    abort: /SIGABRT|exit code (134|3)/,
    "answer, then abort": /SIGABRT|exit code (134|3)/,
    silent: /exit code 0/,
    hang: /did not end within 0.5 s/,
  };
  for (const [behaviour, reason] of Object.entries(expected)) {
    const { works, reason: said, remedy } = await probe(behaviour, behaviour === "hang" ? 500 : undefined);
    assert.deepEqual([works, reason.test(said)], [false, true], `${behaviour}: ${said}`);
    assert.ok(remedy);
  }
});

test("the report names what a library could not load, not only that something could not be loaded", async () => {
  const { works, reason } = await probe("unloaded");
  assert.deepEqual(
    [works, reason],
    [false, "libcudnn.so.9: cannot open shared object file: No such file or directory"],
  );
});

test("results that differ from the CPU's, or are no numbers, are refused; those that agree come with their speed", async () => {
  assert.match((await probe("wrong")).reason, /differ from the CPU's by 0\.25/);
  assert.equal((await probe("not a number")).works, false);
  const slow = await probe("slow");
  assert.deepEqual([slow.works, slow.reason], [true, "works, but takes 40 times as long as the CPU"]);
  assert.equal((await probe("fast")).reason, "works, 12 times as fast as the CPU");
});
