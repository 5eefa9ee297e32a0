import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, until } from "./server.fixture.ts";

function configured(context: TestContext, configuration: object) {
  const data = folderFor(context);
  writeFileSync(join(data, "config.json"), JSON.stringify(configuration));
  return startServer(context, { data });
}

test("the time limit of the configuration ends a node by name [X9]", async (context) => {
  const server = await configured(context, { nodeSeconds: 1e-6 });
  const { id } = await server.json("POST", "/runs", { document: shortHierarchy() });
  const events = await server.watch(id);
  assert.equal(events.at(-1)!.event, "run.failed");
  const { error } = await server.json("GET", `/runs/${id}`);
  assert.match(error, /not finished within its time limit of 0\.000001 seconds/);
});

test("a server keeps as many ended runs as its configuration says, and their pictures go with the others", async (context) => {
  const server = await configured(context, { keepRuns: 2 });
  const socket = server.viewer();
  await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
  const submitted: string[] = [];
  const pictures: string[] = [];
  for (const seed of [1, 2, 3]) {
    const gone = new Promise((resolve) => socket.once("gone", resolve));
    const { id } = await server.json("POST", "/runs", { document: shortHierarchy(), set: { seed } });
    await server.watch(id);
    submitted.push(id);
    pictures.push((await server.json("GET", `/runs/${id}`)).outputs[0].picture);
    if (seed === 3) assert.equal(await gone, submitted[0]);
  }
  const { items } = await server.json("GET", "/runs");
  assert.deepEqual(
    items.map(({ id }: { id: string }) => id),
    [submitted[2], submitted[1]],
  );
  const status = async (hash: string) => (await server.ask("GET", `/artifacts/${hash}`)).status;
  await until(async () => (await status(pictures[0]!)) === 404, server);
  assert.deepEqual([await status(pictures[1]!), await status(pictures[2]!)], [200, 200]);
});
