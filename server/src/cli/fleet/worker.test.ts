import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { joinFleet } from "./join-fleet.ts";
import { workerCommand } from "./worker.ts";

test("a worker without a queue or a store, or with one that makes no sense, is refused with what to name", async (context) => {
  const data = temporaryFolder(context);
  for (const [options, says] of [
    [{}, /needs a shared queue and a shared store[\s\S]*--queue and --store/],
    [{ queue: "redis://127.0.0.1:1" }, /no shared store/],
    [{ store: "s3://bucket" }, /no shared queue/],
    [{ queue: "amqp://me:secret@host", store: "s3://bucket" }, /amqp:\/\/me:\*\*\*@host is no queue/],
  ] as const) {
    const err: string[] = [];
    const terminal = { out: () => assert.fail("nothing runs"), err: (line: string) => void err.push(line) };
    assert.equal(await workerCommand(terminal, { ...options, data }), 2);
    assert.match(err.join("\n"), says);
  }
});

test("a store that nobody answers for is a problem that names it, before any queue is asked", async (context) => {
  const store = "s3://bucket?endpoint=http://127.0.0.1:1";
  const problem = await joinFleet(
    { queue: "redis://127.0.0.1:1", store },
    { artifacts: temporaryFolder(context), keepBytes: 1, hears: "work" },
  );
  assert.ok("code" in problem);
  assert.deepEqual([problem.code, problem.message.includes(store)], ["no-store", true], problem.message);
  assert.match(problem.remedy, /AWS_ACCESS_KEY_ID/);
});
