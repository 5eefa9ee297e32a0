import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Refusal } from "../artifacts/refusal.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import type { ModelJob } from "../wire/wire.ts";
import { ModelJobs } from "./model-jobs.ts";

const unknown = "123e4567-e89b-42d3-a456-426614174000";

function start(context: TestContext) {
  const dataFolder = temporaryFolder(context);
  const faults: unknown[] = [];
  const jobs = new ModelJobs({ dataFolder, hosts: [], onFault: (fault) => void faults.push(fault) });
  context.after(() => jobs.close());
  /** Waits for the end of a job of a pack that is no pack. */
  const ended = async ({ id }: ModelJob): Promise<ModelJob> => {
    for (;;) {
      const now = jobs.list().find((job) => job.id === id)!;
      if (now.state !== "working") return now;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { dataFolder, jobs, faults, ended };
}

const refused = (reason: Refusal["reason"], message: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.reason === reason && message.test(error.message) && error.remedy !== "";

test("a job that fails says why with a remedy, and is forgotten when it is told to be", async (context) => {
  const { dataFolder, jobs, ended, faults } = start(context);
  const { state, error, subject } = await ended(jobs.verify("karlo", dataFolder));
  assert.deepEqual([state, subject], ["failed", "karlo"]);
  assert.ok(error!.message && error!.remedy);
  const [{ id }] = jobs.list() as [ModelJob];
  jobs.forget(id);
  assert.deepEqual([jobs.list(), faults], [[], []]);
});

test("a job under way is not begun twice, not forgotten, and not asked about what it does not ask", async (context) => {
  const { dataFolder, jobs } = start(context);
  const { id } = jobs.verify("karlo", dataFolder);
  assert.throws(() => jobs.verify("karlo", dataFolder), refused("conflict", /There is a job for karlo already/));
  assert.throws(() => jobs.forget(id), refused("conflict", /under way/));
  assert.throws(() => jobs.accept(id), refused("conflict", /does not ask/));
  assert.equal(jobs.cancel(id).state, "cancelled");
  assert.equal(jobs.cancel(id).state, "cancelled");
  for (const act of ["accept", "cancel", "forget"] as const)
    assert.throws(() => jobs[act](unknown), refused("unknown", /no such job/));
});

test("more jobs than a machine bears wait for nothing: they are refused", (context) => {
  const { dataFolder, jobs } = start(context);
  for (const name of ["a", "b", "c", "d"]) jobs.verify(name, dataFolder);
  assert.throws(() => jobs.verify("e", dataFolder), refused("full", /4 jobs are under way already/));
  assert.deepEqual(
    jobs.list().map(({ subject }) => subject),
    ["d", "c", "b", "a"],
  );
});

test("what is no repository of the hub is refused before a process is started", (context) => {
  const { jobs } = start(context);
  for (const source of ["karlo", "/etc/passwd", "file:///etc/passwd"])
    assert.throws(() => jobs.add({ source }), refused("invalid", /is no repository|is not on the hub/), source);
  const sha256 = "0".repeat(64);
  for (const source of ["https://evil.example/a/b", "http://169.254.169.254/latest/x.safetensors"])
    assert.throws(() => jobs.add({ source, sha256 }), refused("invalid", /nor a host that this server/), source);
  assert.deepEqual(jobs.list(), []);
});
