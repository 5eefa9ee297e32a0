import assert from "node:assert/strict";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { clipwork, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

test("--watch runs again when the workflow changes, says what is wrong with it and waits, and ends by an interrupt", {
  timeout: 600_000,
}, async (context) => {
  const workflow = shortHierarchy();
  workflow.nodes.decode!.params = { ...workflow.nodes.decode!.params, steps: 2 };
  const cwd = folderWith(context, workflow);
  const write = (text: string) => writeFileSync(join(cwd, "workflow.json"), text);
  const executed: number[] = [];
  let waits = 0;
  const { code, stderr } = await clipwork(["run", "workflow.json", "--watch", "--json"], {
    cwd,
    onEvent: ({ event, executed: count }) => {
      if (event === "run.finished") executed.push(count);
    },
    onError: (text, child) => {
      // One more line says that it waits: what it waits for is done then, and only then.
      const now = text.split("watching workflow.json").length - 1;
      if (now === waits) return;
      waits = now;
      if (waits === 1) write(JSON.stringify(workflow).replace('"red cube"', '"blue ball"'));
      if (waits === 2) write("{");
      if (waits === 3) write(JSON.stringify(workflow));
      if (waits === 4) child.kill("SIGINT");
    },
  });
  assert.equal(code, 130, stderr);
  assert.deepEqual(executed, [4, 4, 0]);
});

test("--watch waits for a workflow, a folder and a picture that are not there yet or are half saved", {
  timeout: 600_000,
}, async (context) => {
  const cwd = folderWith(context, "");
  const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const there = (name: string) => join(cwd, name);
  const aside = (name: string) => join(cwd, "..", name);
  const workflow = {
    format: "clipwork/1",
    nodes: {
      load: { type: "image.load", version: 1, params: { file: "pictures/red.png", size: 64 } },
      save: { type: "output.image", version: 1, inputs: { image: "load.image" }, params: { name: "picture" } },
    },
  };
  // Each is put in place at once: what is seen of it is one change.
  mkdirSync(aside("pictures"));
  writeFileSync(join(aside("pictures"), "red.png"), whole.subarray(0, whole.length / 2));
  writeFileSync(aside("whole.png"), whole);
  mkdirSync(aside("new"));
  writeFileSync(join(aside("new"), "w.json"), JSON.stringify(workflow));
  const steps = [
    () => renameSync(aside("new"), there("new")),
    () => renameSync(aside("pictures"), there("new/pictures")),
    () => renameSync(aside("whole.png"), there("new/pictures/red.png")),
  ];
  const seen: string[] = [];
  let waits = 0;
  const { code, stderr } = await clipwork(["run", "new/w.json", "--watch", "--json"], {
    cwd,
    onEvent: ({ event, problems, status }) => {
      if (event === "invalid") seen.push(problems[0].code);
      if (event === "run.finished") seen.push(status);
    },
    onError: (text, child) => {
      const now = text.split("watching new/w.json").length - 1;
      if (now === waits) return;
      waits = now;
      const step = steps[waits - 1];
      if (step) step();
      else child.kill("SIGINT");
    },
  });
  assert.equal(code, 130, stderr);
  assert.deepEqual(seen, ["file-missing", "unusable-file", "unusable-file", "finished"]);
});
