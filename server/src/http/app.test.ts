import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { z } from "zod";
import { hostsOf } from "../access/access.ts";
import { AuditLog } from "../access/audit.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { buildApp } from "./app.ts";
import { defineRoute, type Method, type Route } from "./route.ts";

test("[X1] an answer that something was done waits until a power failure cannot take it back; one that only tells does not", async (context) => {
  const happened: string[] = [];
  const route = (method: Method, path: string, more: Partial<Route> = {}) =>
    defineRoute({
      ...{ method, path, summary: "A route.", reply: z.object({}), rate: "read" },
      handle: () => {
        happened.push(path);
        return {};
      },
      ...more,
    });
  const folder = temporaryFolder(context);
  const server = createServer().listen(0, "127.0.0.1");
  context.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const gate = Promise.withResolvers<void>();
  server.on(
    "request",
    buildApp({
      checker: { read: async () => ({ rest: {} }) },
      metrics: { request: () => {} },
      routes: [route("get", "/told"), route("post", "/asked", { onlyAsks: true }), route("post", "/done")],
      log: new AuditLog(folder),
      access: { hosts: hostsOf("127.0.0.1", port, []), token: undefined },
      ...{ ui: folder, templatePictures: folder },
      async settle() {
        happened.push("settling");
        await gate.promise;
      },
      onFault: (error) => assert.fail(String(error)),
    }),
  );
  const ask = async (method: string, path: string) => {
    const { status } = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { method });
    happened.push(`${status}`);
  };
  await ask("GET", "/told");
  await ask("POST", "/asked");
  const done = ask("POST", "/done");
  while (!happened.includes("settling")) await new Promise(setImmediate);
  // Another request and its answer: there was time to answer this one too.
  await ask("GET", "/told");
  assert.deepEqual(happened, ["/told", "200", "/asked", "200", "/done", "settling", "/told", "200"]);
  gate.resolve();
  await done;
  assert.equal(happened.at(-1), "200");
});
