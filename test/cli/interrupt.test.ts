import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { childrenOf, clipwork, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

/** Long enough never to end by itself within a test. */
const endless = ["--set", "decoderSteps=1000", "--json", "--data", "data"];

test("an interrupt ends the run at the next step with 130, and keeps what had finished", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  let interrupted = false;
  const stopped = await clipwork(["run", "workflow.json", ...endless], {
    cwd: folder,
    onEvent: ({ event, node }, child) => {
      if (interrupted || event !== "node.progress" || node !== "decode") return;
      interrupted = true;
      child.kill("SIGINT");
    },
  });
  assert.equal(stopped.code, 130, stopped.stderr);
  assert.deepEqual([stopped.last().event, stopped.last().status], ["run.finished", "cancelled"]);
  assert.deepEqual(stopped.last().outputs, []);
  assert.match(stopped.stderr, /stopping at the next step/);
  const next = await clipwork(["run", "workflow.json", "--json", "--data", "data"], { cwd: folder });
  assert.deepEqual([next.code, next.last().executed], [0, 1]);
});

/** Looks at processes as Linux shows them, and does not wait for ever. */
const linux = { skip: process.platform !== "linux", timeout: 600_000 };

test("a killed model process fails the node that ran, with 1", {
  skip: process.platform !== "linux",
}, async (context) => {
  const folder = folderWith(context, shortHierarchy());
  let killed = false;
  const outcome = await clipwork(["run", "workflow.json", ...endless], {
    cwd: folder,
    onEvent: ({ event, node }, { pid }) => {
      if (killed || event !== "node.progress" || node !== "decode") return;
      killed = true;
      for (const child of childrenOf(pid)) process.kill(child, "SIGKILL");
    },
  });
  assert.equal(outcome.code, 1, outcome.stderr);
  const failed = outcome.events().filter(({ event }) => event === "node.failed");
  assert.deepEqual(
    failed.map(({ node }) => node),
    ["decode"],
  );
  assert.match(failed[0]!.message, /signal SIGKILL/);
  assert.ok(failed[0]!.remedy);
  assert.equal(outcome.last().status, "failed");
});

test("a model process whose host is gone ends too", linux, async (context) => {
  const folder = folderWith(context, shortHierarchy());
  let orphans: number[] = [];
  const outcome = await clipwork(["run", "workflow.json", ...endless], {
    cwd: folder,
    onEvent: ({ event, node }, child) => {
      if (orphans.length > 0 || event !== "node.progress" || node !== "decode") return;
      orphans = childrenOf(child.pid);
      child.kill("SIGKILL");
    },
  });
  assert.equal(outcome.code, null);
  assert.equal(orphans.length, 1);
  // There is no event to wait for: nobody is left to tell. The test's time limit ends this if the process stays.
  while (existsSync(`/proc/${orphans[0]}`)) await setImmediate();
});
