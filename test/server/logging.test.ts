import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { nodePackIn, oneNode } from "./node-pack.fixture.ts";
import { startServer, submit, type TestServer, until } from "./server.fixture.ts";

type Line = { readonly level: number; readonly msg: string; readonly run?: string; readonly [field: string]: unknown };

/** What the server writes down from now on. */
function linesOf(server: TestServer): () => Line[] {
  let text = "";
  server.process.stderr!.on("data", (piece) => {
    text += piece;
  });
  const whole = () => text.split("\n").slice(0, -1);
  return () => whole().map((line) => JSON.parse(line) as Line);
}

/** A server whose one node writes on standard error and fails if it is told to. */
function talkative(context: TestContext, args: readonly string[]): Promise<TestServer> {
  const run = `async run() { process.stderr.write("a word of the node\\n"); throw new Error("out of luck"); }`;
  const pack = nodePackIn(folderFor(context), "talk", run);
  return startServer(context, { args, env: { CLIPWORK_NODES: pack } });
}

test("every line that concerns a run has its id, those of the worker's process too", async (context) => {
  const server = await talkative(context, ["--log-level", "debug"]);
  const lines = linesOf(server);
  const runs = [await submit(server, oneNode("talk"), { targets: ["node"] })];
  await server.watch(runs[0]!.id);
  runs.push(await submit(server, oneNode("talk"), { targets: ["node"] }));
  await server.watch(runs[1]!.id);
  await until(() => lines().filter(({ msg }) => msg === "run ended").length === 2, server);
  for (const { id } of runs) {
    const own = lines().filter(({ run }) => run === id);
    const said = own.map(({ msg }) => msg);
    for (const msg of ["run queued", "run started", "node.started", "a word of the node", "out of luck", "run ended"])
      assert.ok(said.includes(msg), `${msg} in ${JSON.stringify(said)}`);
    assert.equal(own.find(({ msg }) => msg === "run ended")!.state, "failed");
    assert.equal(typeof own.find(({ msg }) => msg === "a word of the node")!.worker, "number");
  }
  assert.deepEqual(
    lines().filter(({ run, msg }) => run === undefined && /run|node/.test(msg)),
    [],
  );
});

test("as a server starts it writes down nothing of a run that works or fails", async (context) => {
  const server = await talkative(context, []);
  const lines = linesOf(server);
  const { id } = await submit(server, oneNode("talk"), { targets: ["node"] });
  await server.watch(id);
  await server.kill("SIGTERM");
  assert.deepEqual(lines(), []);
});

test("the level is that of the option, else of CLIPWORK_LOG_LEVEL, else of the configuration", async (context) => {
  const data = folderFor(context);
  writeFileSync(join(data, "config.json"), '{ "logLevel": "info" }');
  const count = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
    const server = await startServer(context, { data, args, env });
    const lines = linesOf(server);
    await server.kill("SIGTERM");
    return lines().length;
  };
  assert.ok((await count([], {})) > 0);
  assert.equal(await count([], { CLIPWORK_LOG_LEVEL: "error" }), 0);
  assert.ok((await count(["--log-level", "info"], { CLIPWORK_LOG_LEVEL: "error" })) > 0);
});

test("a level that does not exist is refused with those that do", () => {
  const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");
  const env = { ...process.env, CLIPWORK_LOG_LEVEL: "loud" };
  const { status, stderr } = spawnSync(process.execPath, [main, "serve", "--port", "0"], { encoding: "utf8", env });
  assert.equal(status, 2);
  assert.match(stderr, /loud.*CLIPWORK_LOG_LEVEL.*silent, error, warn, info, debug/s);
});
