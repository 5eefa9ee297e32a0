import assert from "node:assert/strict";
import { test } from "node:test";
import { createToken } from "../../server/src/access/tokens.ts";
import type { QueueReply, RunSummary } from "../../server/src/wire/wire.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer } from "./server.fixture.ts";

test("[Q23] two hundred runs of one token hold up the single one of another by one run", async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const headersOf = (name: string) => ({ authorization: `Bearer ${createToken(server.data, name, "administer")!}` });
  const [many, single] = [headersOf("many"), headersOf("single")];
  const ask = async <T>(headers: Record<string, string>, method: string, path: string, body?: object): Promise<T> => {
    const reply = await server.ask(method, path, body, headers);
    assert.ok(reply.ok, `${method} ${path}: ${reply.status}`);
    return reply.json() as Promise<T>;
  };
  const document = shortHierarchy();
  await ask(many, "PATCH", "/queue", { paused: true });
  await Promise.all(Array.from({ length: 200 }, () => ask(many, "POST", "/runs", { document })));
  const run = await ask<RunSummary>(single, "POST", "/runs", { document });
  assert.deepEqual([run.owner, run.position], ["single", 1]);
  await ask(many, "PATCH", `/runs/${run.id}`, { position: 3 });
  const again = await ask<RunSummary>(single, "POST", `/runs/${run.id}/retry`);
  const { next } = await ask<QueueReply>(single, "GET", "/queue?limit=7");
  assert.deepEqual(
    next.map(({ owner }) => owner),
    ["many", "many", "many", "single", "many", "single", "many"],
    "who is moved stays there, and who comes later has the next turn",
  );
  assert.deepEqual([next[3]!.id, next[5]!.id], [run.id, again.id]);
});
