// What becomes of a run that its worker was given while the one before was ending.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { eventOf, startServer, submit } from "./server.fixture.ts";

/** A server with a kind of value whose files are written once a file is there, and the workflow of a node that gives one. */
async function startSlow(context: TestContext, runsAtOnce = 1) {
  const data = folderFor(context);
  const pack = join(data, "slow");
  mkdirSync(pack);
  writeFileSync(join(pack, "package.json"), JSON.stringify({ name: "slow", version: "1.0.0", type: "module" }));
  writeFileSync(
    join(pack, "index.js"),
    `import { existsSync } from "node:fs";
    import { defineKind, nodeDefiner, p, socketOf } from "@clipwork/engine";
    const late = defineKind({
      kind: "slow-late",
      check: () => undefined,
      async publish({ gate }) {
        while (!existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 10));
        return [{ ending: ".txt", media: "text/plain", bytes: new Uint8Array(1) }];
      },
    });
    export const nodes = [nodeDefiner()({
      type: "slow.node", version: 1, title: "Slow", summary: "Gives what is written late.",
      outputs: { value: socketOf(late, "It.") },
      params: { gate: p.text("Where the file is.", { default: "" }) },
      run: (_, { gate }) => ({ value: { gate } }),
    })];`,
  );
  writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks: ["./slow"], runsAtOnce }));
  const server = await startServer(context, { data });
  const workflow = (gate: string) => ({
    format: "clipwork/1",
    nodes: {
      node: { type: "slow.node", version: 1, params: { gate } },
      out: { type: "output.any", version: 1, inputs: { value: "node.value" } },
    },
  });
  return { server, workflow, gate: (name: string) => join(data, name) };
}

test("[Q22] a run that is cancelled while the one before it is ending has ended at once, and the other goes on", async (context) => {
  const { server, workflow, gate } = await startSlow(context);
  const first = await submit(server, workflow(gate("first")));
  const second = await submit(server, workflow(gate("second")));
  const isRunning = async () => (await server.json("GET", `/runs/${second.id}`)).state === "running";
  while (!(await isRunning()));
  const ended = server.watch(second.id);
  await server.json("POST", `/runs/${second.id}/cancel`);
  assert.equal((await ended).at(-1)!.event, "run.cancelled");
  assert.equal((await server.json("GET", `/runs/${first.id}`)).state, "running");
  assert.ok(!existsSync(gate("first")));
  writeFileSync(gate("first"), "");
  const log = (await server.watch(first.id)).map(({ event }) => event);
  assert.deepEqual([log.at(-1), log.includes("notice")], ["run.finished", false]);
});

test("[Q21] a run for which there is a place beside one that is ending begins at once", async (context) => {
  const { server, workflow, gate } = await startSlow(context, 2);
  const first = await submit(server, workflow(gate("first")));
  await eventOf(server, first.id, ({ event }) => event === "node.stored");
  writeFileSync(gate("second"), "");
  const second = await submit(server, workflow(gate("second")));
  assert.equal((await server.watch(second.id)).at(-1)!.event, "run.finished");
  assert.equal((await server.json("GET", `/runs/${first.id}`)).state, "running");
  writeFileSync(gate("first"), "");
  assert.equal((await server.watch(first.id)).at(-1)!.event, "run.finished");
});
