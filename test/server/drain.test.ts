import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor, main } from "../cli/clipwork.fixture.ts";
import { nodePackIn, oneNode } from "./node-pack.fixture.ts";
import { eventOf, startServer, submit, until } from "./server.fixture.ts";

/** A server with a run that goes on until `release`, and another that waits. */
async function busy(context: TestContext, seconds: string) {
  const folder = folderFor(context);
  const gate = join(folder, "gate");
  const run = `async run() {
    const { existsSync } = await import("node:fs");
    while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 10));
    return { text: "through" };
  }`;
  const env = { CLIPWORK_NODES: nodePackIn(folder, "gated", run) };
  const server = await startServer(context, { args: ["--drain", seconds], env });
  const targets = ["node"];
  const { id: running } = await submit(server, oneNode("gated"), { targets });
  await eventOf(server, running, ({ event }) => event === "node.started");
  const { id: waiting } = await submit(server, oneNode("gated"), { targets, fresh: true });
  const again = () => startServer(context, { data: server.data, env });
  return { server, running, waiting, again, release: () => writeFileSync(gate, "") };
}

test("a server that is told to end lets its run end first, begins no other, and answers meanwhile", async (context) => {
  const { server, running, waiting, again, release } = await busy(context, "600");
  const exited = once(server.process, "exit");
  server.process.kill("SIGTERM");
  await until(async () => (await server.json("GET", "/health")).status === "stopping", server);
  const { id: late } = await submit(server, oneNode("gated"), { targets: ["node"], fresh: true });
  release();
  assert.deepEqual(await exited, [0, null]);
  const next = await again();
  const story = async (id: string) => {
    const { events } = await next.json("GET", `/runs/${id}/events`);
    return events
      .map(({ event }: { event: string }) => event)
      .filter((event: string) => /^(run\.(queued|started|finished)|notice)$/.test(event));
  };
  assert.deepEqual(await story(running), ["run.queued", "run.started", "run.finished"]);
  for (const id of [waiting, late]) assert.equal((await next.watch(id)).at(-1)!.event, "run.finished");
  const { events } = await next.json("GET", `/runs/${waiting}/events`);
  assert.equal(
    events.filter(({ event }: { event: string }) => event === "run.started").length,
    1,
    "it did not begin before",
  );
});

test("told twice, or when the time is over, it ends at once and leaves its run to the next server", async (context) => {
  for (const [seconds, times] of [
    ["600", 2],
    ["0.1", 1],
  ] as const) {
    const { server, running, again, release } = await busy(context, seconds);
    const exited = once(server.process, "exit");
    server.process.kill("SIGTERM");
    if (times === 2) {
      await until(async () => (await server.json("GET", "/health")).status === "stopping", server);
      server.process.kill("SIGTERM");
    }
    assert.deepEqual(await exited, [0, null]);
    release();
    assert.equal((await (await again()).watch(running)).at(-1)!.event, "run.finished");
  }
});

test("a time to drain that is none is refused", () => {
  for (const seconds of ["-1", "soon", "1e9"]) {
    const args = [main, "serve", "--port", "0", `--drain=${seconds}`];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /no number of seconds/);
  }
});
