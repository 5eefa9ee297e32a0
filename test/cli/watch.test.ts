import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
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
