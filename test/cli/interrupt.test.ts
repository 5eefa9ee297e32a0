import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clipwork, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

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

/** The process's children, as Linux tells them. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}

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
