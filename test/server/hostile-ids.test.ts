import assert from "node:assert/strict";
import { test } from "node:test";
import { listing, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw, isProblem } from "./raw.fixture.ts";
import { routes, startServer, submit } from "./server.fixture.ts";

const hostile = [
  "..%2f..%2fetc%2fpasswd",
  "..%2f",
  "%2e%2e%2f%2e%2e%2fserver.db",
  "%252e%252e%252fserver.db",
  "..%5c..%5cserver.db",
  "..%c0%afserver.db",
  "%00",
  `${"0".repeat(64)}%00.png`,
  `${"0".repeat(64)}%20`,
  `${"0".repeat(64)}.`,
  "C:%5cwindows%5cwin.ini",
  "%5c%5chost%5cshare",
  "CON",
  "__proto__",
  "constructor",
  "%27%20OR%201=1--",
  "x%0d%0aSet-Cookie:%20a=b",
  "%E0%A4%A",
  "A".repeat(64),
  "a".repeat(5000),
];

test("an id that is none is refused on every route that takes one (cases 11, 14, 32, 47)", async (context) => {
  const server = await startServer(context);
  const { id } = await submit(server, shortHierarchy());
  await server.watch(id);
  // That they were refused is written into the audit log alone.
  const kept = () => listing(server.data).filter((path) => !path.startsWith("audit"));
  const before = kept();
  for (const route of routes.filter(({ params }) => params)) {
    for (const bad of hostile) {
      const path = `/api/v1${route.path.replace(/:\w+/, bad)}`;
      const body = route.body ? "{}" : undefined;
      const headers: Record<string, string> = body ? { "content-type": "application/json" } : {};
      const reply = await askRaw(server.url, {
        method: route.method.toUpperCase(),
        path,
        headers,
        ...(body ? { body } : {}),
      });
      assert.ok(reply.status === 400 || reply.status === 404, `${route.method} ${path}: ${reply.status} ${reply.text}`);
      assert.ok(isProblem(reply), reply.text);
      assert.equal(reply.headers["set-cookie"], undefined);
    }
  }
  assert.deepEqual(kept(), before);
  assert.equal((await server.json("GET", `/runs/${id}`)).state, "finished");
});

test("what is well-formed and unknown is not there, and never done (case 47)", async (context) => {
  const server = await startServer(context);
  const run = "123e4567-e89b-42d3-a456-426614174000";
  for (const [method, path] of [
    ["GET", `/runs/${run}`],
    ["GET", `/runs/${run}/events`],
    ["POST", `/runs/${run}/cancel`],
    ["POST", `/runs/${run}/retry`],
    ["DELETE", `/runs/${run}`],
    ["GET", `/workflows/${run}`],
    ["DELETE", `/workflows/${run}`],
    ["GET", `/artifacts/${"0".repeat(64)}`],
    ["DELETE", `/uploads/${"0".repeat(64)}`],
  ] as const)
    assert.equal((await server.ask(method, path)).status, 404, `${method} ${path}`);
});

test("files of the server are reached by no path of the editor", async (context) => {
  const { url } = await startServer(context);
  for (const path of [
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/%2e%2e/package.json",
    "/..%5cpackage.json",
    "//etc/passwd",
    "/.env",
  ]) {
    const { text, status } = await askRaw(url, { path });
    assert.ok(!text.includes('"name": "clipwork"') && !text.includes("root:"), path);
    assert.ok([200, 400, 403, 404].includes(status), path);
  }
});
