import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "./client.ts";
import { ClipworkError, RunFailed } from "./runs.ts";

const run = "0b6e0c8e-0000-4000-8000-000000000001";
const json = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

test("who cancels while the server still checks is not kept waiting, and a run that it takes after that is cancelled", async () => {
  const asked: string[] = [];
  const taken = Promise.withResolvers<Response>();
  const cancelled = Promise.withResolvers<void>();
  const fetch = async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    asked.push(path);
    if (path === "/runs") return taken.promise;
    cancelled.resolve();
    return json(200, {});
  };
  const client = createClient("http://127.0.0.1:1", { fetch: fetch as typeof globalThis.fetch });
  const running = client.run({});
  running.cancel();
  await assert.rejects(running.result, (error) => error instanceof RunFailed && error.state === "cancelled");
  taken.resolve(json(201, { id: run, warnings: [] }));
  await cancelled.promise;
  assert.deepEqual(asked, ["/runs", `/runs/${run}/cancel`]);
  client.close();
});

test("a client that was closed runs nothing, opens no connection and says so", async () => {
  const asked: string[] = [];
  const fetch = async (request: Request) => {
    asked.push(request.url);
    return json(201, { id: run, warnings: [] });
  };
  const client = createClient("http://127.0.0.1:1", { fetch: fetch as typeof globalThis.fetch });
  client.close();
  await assert.rejects(client.run({}).result, (error) => {
    return error instanceof ClipworkError && error.problems[0]!.code === "closed";
  });
  assert.deepEqual(asked, []);
});
