import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { cpuDevice } from "@clipwork/models/onnx";
import { hostsOf } from "../access/access.ts";
import { Checker } from "../checker/checker.ts";
import { FolderInUse } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { startWorker } from "../worker/worker.ts";
import { createApp } from "./create-app.ts";

const workerModule = join(import.meta.dirname, "..", "worker", "worker.fixture.ts");

/** An app on a data folder, with a worker that computes nothing, and a function that asks its API. */
async function start(context: TestContext, data: string) {
  const setup = { nodePacks: [], packRoots: [], device: cpuDevice() };
  const places = { values: join(data, "values"), artifacts: join(data, "artifacts") };
  const checker = await Checker.start({ setup, ...places });
  context.after(() => checker.close());
  const faults: unknown[] = [];
  const app = createApp({
    ...{ data, setup, checker, called: { command: "clipwork" } },
    worker: startWorker(setup, workerModule),
    log: { error: (fault: unknown) => void faults.push(fault), warn() {}, info() {}, debug() {} },
  });
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  app.answer(server, { hosts: hostsOf("127.0.0.1", port, []), token: undefined });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    server.close();
    server.closeAllConnections();
    await app.close();
  };
  context.after(close);
  const ask = (path: string, options?: RequestInit) => fetch(`http://127.0.0.1:${port}/api/v1${path}`, options);
  const health = async () => ((await (await ask("/health")).json()) as { status: string }).status;
  return { app, ask, health, close, faults };
}

test("an app answers before it is open, and says when it is", async (context) => {
  const { app, ask, health, faults } = await start(context, temporaryFolder(context));
  assert.equal(await health(), "starting");
  await app.open();
  assert.equal(await health(), "ok");
  assert.deepEqual(await (await ask("/runs")).json(), { items: [] });
  assert.equal((await ask("/runs", { headers: { "sec-fetch-site": "cross-site" } })).status, 403);
  assert.deepEqual(faults, []);
});

test("a data folder has one app at a time; one that closed leaves it to the next, with what is saved", async (context) => {
  const data = temporaryFolder(context);
  const first = await start(context, data);
  await first.app.open();
  const document = { format: "clipwork/1", nodes: {} };
  const saved = await first.ask("/workflows", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ title: "One", document }),
  });
  assert.equal(saved.status, 201);
  await assert.rejects(start(context, data), FolderInUse);
  await first.close();
  const second = await start(context, data);
  await second.app.open();
  const { items } = (await (await second.ask("/workflows")).json()) as { items: { title: string }[] };
  assert.deepEqual(
    items.map(({ title }) => title),
    ["One"],
  );
});

test("uploads that broke off with the last server are gone", async (context) => {
  const data = temporaryFolder(context);
  mkdirSync(join(data, "uploads"));
  writeFileSync(join(data, "uploads", "half"), "half");
  const { app } = await start(context, data);
  await app.open();
  assert.ok(!existsSync(join(data, "uploads", "half")));
});
