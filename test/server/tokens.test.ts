import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { io } from "socket.io-client";
import { includes, messageScopes, routeScopes, type Scope, scopes } from "../../server/src/access/scopes.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw, isProblem } from "./raw.fixture.ts";
import { routes, startServer, type TestServer } from "./server.fixture.ts";

const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");

function token({ data }: TestServer, ...args: string[]) {
  return spawnSync(process.execPath, [main, "token", ...args, "--data", data], { encoding: "utf8" });
}

/** An open server with a token of each scope. */
async function startWithTokens(context: TestContext) {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const given = Object.fromEntries(
    scopes.map((scope) => [scope, token(server, "create", `a-${scope}`, "--scope", scope).stdout.trim()]),
  ) as Record<Scope, string>;
  return { server, given };
}

const bearer = (given: string) => ({ authorization: `Bearer ${given}` });

test("[A14] every route has the scope that it needs in one table, and the table has no other", () => {
  assert.deepEqual(
    Object.keys(routeScopes).toSorted(),
    routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
  for (const { method, path } of routes)
    if (method !== "get" && path !== "/runs/compare") assert.notEqual(routeScopes[`${method} ${path}`], "view", path);
  assert.deepEqual(Object.keys(messageScopes).toSorted(), ["follow", "queue", "unfollow"]);
});

test("[A14] a token opens the routes of its scope and no other", async (context) => {
  const { server, given } = await startWithTokens(context);
  const id = "00000000-0000-4000-8000-000000000000";
  for (const [scope, held] of Object.entries(given) as [Scope, string][]) {
    assert.deepEqual(JSON.parse((await askRaw(server.url, { path: "/api/v1/access", headers: bearer(held) })).text), {
      name: `a-${scope}`,
      scope,
      token: true,
    });
    for (const route of routes) {
      const needs = routeScopes[`${route.method} ${route.path}`]!;
      // What is allowed is tried by other tests: here it would empty the queue or begin a download.
      if (includes(scope, needs)) continue;
      const path = `/api/v1${route.path.replace(":id", id).replace(":hash", "0".repeat(64)).replace(":name", "toybox")}`;
      const headers = { ...bearer(held), "content-type": route.bytes ? "image/png" : "application/json" };
      const reply = await askRaw(server.url, { method: route.method.toUpperCase(), path, headers, body: "{}" });
      assert.equal(reply.status, 403, `${scope}: ${route.method} ${route.path}: ${reply.text}`);
      assert.ok(isProblem(reply));
      assert.match(reply.text, new RegExp(`a-${scope}.*needs the scope ${needs}`));
    }
  }
  const submit = { method: "POST", path: "/api/v1/runs", body: JSON.stringify({ document: shortHierarchy() }) };
  const headers = { ...bearer(given.run), "content-type": "application/json" };
  assert.equal((await askRaw(server.url, { ...submit, headers })).status, 201);
});

test("[A15] a token that is revoked is refused at once: by itself, by its session, and on open sockets", async (context) => {
  const { server, given } = await startWithTokens(context);
  const welcome = await askRaw(server.url, { path: `/?token=${given.view}` });
  const [set = ""] = welcome.headers["set-cookie"] as unknown as string[];
  const cookie = set.split(";")[0]!;
  assert.ok(!cookie.includes(given.view), "the token itself does not stay in the browser");
  const status = async (headers: Record<string, string>) =>
    (await askRaw(server.url, { path: "/api/v1/version", headers })).status;
  const connect = (extraHeaders: Record<string, string>) => {
    const socket = io(server.url, { transports: ["websocket"], forceNew: true, reconnection: false, extraHeaders });
    context.after(() => void socket.disconnect());
    return socket;
  };
  const [by, stays] = [connect({ cookie }), connect(bearer(given.run))];
  await Promise.all([by, stays].map((socket) => new Promise((resolve) => socket.emit("queue", resolve))));
  assert.deepEqual([await status({ cookie }), await status(bearer(given.view))], [200, 200]);
  const cut = once(by as never, "disconnect");
  assert.equal(token(server, "revoke", "a-view").status, 0);
  assert.deepEqual([await status({ cookie }), await status(bearer(given.view))], [401, 401]);
  await cut;
  await new Promise((resolve) => stays.emit("queue", resolve as never));
  assert.equal(await status(bearer(given.run)), 200);
});

test("[A16] sessions outlive the server, and are renewed when a page is opened", async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const own = new URL(server.address).searchParams.get("token")!;
  const [set = ""] = (await askRaw(server.url, { path: `/?token=${own}` })).headers[
    "set-cookie"
  ] as unknown as string[];
  const cookie = set.split(";")[0]!;
  await server.kill("SIGTERM");
  const next = await startServer(context, { data: server.data, args: ["--allow-host", "gpu.example"] });
  const page = await askRaw(next.url, { path: "/", headers: { cookie } });
  assert.equal(page.status, 200);
  assert.match(String(page.headers["set-cookie"]), new RegExp(`^${cookie}; Max-Age=${30 * 24 * 3600}`));
  assert.equal(
    (await askRaw(next.url, { path: "/", headers: { cookie: `clipwork=${own}` } })).status,
    200,
    "the old cookie",
  );
});

test("the command line makes tokens, lists them without showing them, and says what is wrong", async (context) => {
  const { server, given } = await startWithTokens(context);
  const listed = token(server, "list");
  assert.match(listed.stdout, /^a-administer {2}administer {2}since \d{4}-\d\d-\d\d\n/);
  for (const one of Object.values(given)) assert.ok(!listed.stdout.includes(one));
  for (const [args, says] of [
    [["create", "a-view"], /There is a token "a-view" already/],
    [["create", "../a"], /names no token/],
    [["create", "a", "--scope", "root"], /scope/],
    [["revoke", "b"], /There is no token "b"/],
  ] as const) {
    const { status, stdout, stderr } = token(server, ...args);
    assert.deepEqual([status, stdout], [2, ""], stderr);
    assert.match(stderr, says);
  }
});
