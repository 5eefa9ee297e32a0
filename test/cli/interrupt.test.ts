import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import sharp from "sharp";
import {
  childrenOf,
  clipwork,
  folderWith,
  listing,
  type Options,
  type Running,
  shortHierarchy,
  type Workflow,
} from "./clipwork.fixture.ts";

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

/** Sixteen pictures of a few steps, beside one that takes for ever. */
function quickAndEndless(): Workflow {
  const workflow = shortHierarchy();
  const { decode, save } = workflow.nodes;
  workflow.nodes.seeds = { type: "list.seeds", version: 1, params: { first: 1, count: 16 } };
  workflow.nodes.few = {
    ...decode!,
    params: { pack: "random-pack" },
    inputs: { ...decode!.inputs, seed: "seeds.seeds" },
  };
  workflow.nodes.keep = { ...save!, inputs: { image: "few.image" }, params: { name: "quick" } };
  return workflow;
}

const quickFiles = Array.from({ length: 16 }, (_, item) => `quick-${String(item).padStart(2, "0")}.png`);

/** Runs that until all the quick pictures are there, or the endless node is far beyond them, then does something once. */
async function runUntilQuick(context: TestContext, act: (child: Running) => void, onError?: Options["onError"]) {
  const folder = folderWith(context, quickAndEndless());
  const there = () => quickFiles.every((file) => existsSync(join(folder, "out", file)));
  let done = false;
  const outcome = await clipwork(["run", "workflow.json", ...endless], {
    cwd: folder,
    ...(onError && { onError }),
    onEvent: ({ event, node, step }, child) => {
      if (done || event !== "node.progress" || node !== "decode" || (!there() && step < 600)) return;
      done = true;
      act(child);
    },
  });
  const files = outcome.last().outputs.map(({ file }) => basename(file));
  return { outcome, files, folder };
}

test("what had finished is in files when the model process dies, with its workflow in it", linux, async (context) => {
  const { outcome, files, folder } = await runUntilQuick(context, ({ pid }) => {
    for (const child of childrenOf(pid)) process.kill(child, "SIGKILL");
  });
  assert.deepEqual([outcome.code, outcome.last().status], [1, "failed"], outcome.stderr);
  assert.deepEqual(listing(join(folder, "out")), quickFiles.toSorted());
  assert.deepEqual(files, quickFiles);
  const text = (await sharp(join(folder, "out", "quick-15.png")).metadata()).comments![0]!.text;
  const { node, item, values, numerics, stages } = JSON.parse(text);
  assert.deepEqual([node, item], ["keep", 15]);
  assert.match(numerics, /onnxruntime/);
  assert.ok(stages["random-pack/decoder"]);
  assert.deepEqual(
    values.map(([of, at]: [string, number]) => `${of} ${at}`),
    ["caption 0", "seeds 0", "encode 0", "prior 0", "few 15"],
  );
});

test("what had finished is in files when a second interrupt ends the run at once", linux, async (context) => {
  // Stopped, it does not hear the first one.
  const stopAndInterrupt = (child: Running) => {
    for (const worker of childrenOf(child.pid)) process.kill(worker, "SIGSTOP");
    child.kill("SIGINT");
  };
  let again = false;
  const { outcome, files, folder } = await runUntilQuick(context, stopAndInterrupt, (text, child) => {
    if (again || !text.includes("interrupt again")) return;
    again = true;
    child.kill("SIGINT");
  });
  assert.deepEqual([outcome.code, outcome.last().status], [130, "cancelled"], outcome.stderr);
  assert.deepEqual(listing(join(folder, "out")), quickFiles.toSorted());
  assert.deepEqual(files, quickFiles);
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
