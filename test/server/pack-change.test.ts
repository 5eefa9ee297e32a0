import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { packIn } from "./pack.fixture.ts";
import { startServer, submit, type TestServer } from "./server.fixture.ts";

async function run(server: TestServer) {
  const { id } = await submit(server, shortHierarchy());
  const end = (await server.watch(id)).at(-1)!;
  assert.ok(end.event === "run.finished", JSON.stringify(await server.json("GET", `/runs/${id}`)));
  const { outputs } = await server.json("GET", `/runs/${id}`);
  const png = await (await server.ask("GET", `/artifacts/${outputs[0].picture}`)).arrayBuffer();
  const pixels = hash("sha256", await sharp(png).raw().toBuffer());
  return { executed: end.executed, key: end.outputs[0]!.value.key, pixels };
}

/** Old pack, new pack, old pack: each gives its own pixels under its own fingerprint. */
async function changeAndBack(server: TestServer, pack: ReturnType<typeof packIn>, first: number): Promise<void> {
  const old = await run(server);
  assert.equal(old.executed, first);
  pack.update();
  const changed = await run(server);
  assert.equal(changed.executed, 1, "the decoder alone is another one");
  assert.notEqual(changed.key, old.key);
  assert.notEqual(changed.pixels, old.pixels);
  assert.deepEqual(await run(server), { ...changed, executed: 0 });
  pack.restore();
  assert.deepEqual(await run(server), { ...old, executed: 0 });
  pack.update();
  assert.deepEqual(await run(server), { ...changed, executed: 0 });
}

test("a pack that is replaced under a running server, whose models are loaded, gives its own pixels", async (context) => {
  const pack = packIn(context);
  await changeAndBack(await startServer(context, { env: { CLIPWORK_PACKS: pack.root } }), pack, 4);
});

test("so it is where the server had only taken kept values from the old pack", async (context) => {
  const pack = packIn(context);
  const data = join(folderFor(context), "data");
  const env = { CLIPWORK_PACKS: pack.root };
  const before = await startServer(context, { data, env });
  await run(before);
  await before.kill("SIGTERM");
  await changeAndBack(await startServer(context, { data, env }), pack, 0);
});

test("a run that waits while its pack is replaced runs with the pack as it is when it begins", async (context) => {
  const pack = packIn(context);
  const server = await startServer(context, { env: { CLIPWORK_PACKS: pack.root } });
  const old = await run(server);
  const long = shortHierarchy();
  long.nodes.decode!.params = { ...long.nodes.decode!.params, steps: 900, seed: 1 };
  const running = await submit(server, long);
  const waiting = await submit(server, shortHierarchy());
  pack.update();
  await server.json("POST", `/runs/${running.id}/cancel`);
  const end = (await server.watch(waiting.id)).at(-1)!;
  assert.ok(end.event === "run.finished", JSON.stringify(await server.json("GET", `/runs/${waiting.id}`)));
  assert.equal(end.executed, 1);
  assert.notEqual(end.outputs[0]!.value.key, old.key);
});
