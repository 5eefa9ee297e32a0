import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { io } from "socket.io-client";
import { includes, messageScopes, routeScopes, type Scope, scopes } from "../../server/src/access/scopes.ts";
import type { AuditEntry } from "../../server/src/wire/wire.ts";
import { folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw, isProblem } from "./raw.fixture.ts";
import { routes, startServer, type TestServer } from "./server.fixture.ts";

const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");

function token({ data }: Pick<TestServer, "data">, ...args: string[]) {
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
  assert.deepEqual(Object.keys(messageScopes).toSorted(), ["follow", "open", "queue", "unfollow"]);
});

test("[A14] a token opens the routes of its scope and no other", async (context) => {
  const { server, given } = await startWithTokens(context);
  const id = "00000000-0000-4000-8000-000000000000";
  for (const [scope, held] of Object.entries(given) as [Scope, string][]) {
    assert.deepEqual(JSON.parse((await askRaw(server.url, { path: "/api/v1/access", headers: bearer(held) })).text), {
      name: `a-${scope}`,
      scope,
      token: true,
      may: scopes.filter((one) => includes(scope, one)),
      limits: {},
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

test("a token that is made or revoked where the log cannot be written is shown all the same, with a warning", async (context) => {
  const cwd = folderFor(context);
  const data = join(cwd, "data");
  const token = (...args: string[]) =>
    spawnSync(process.execPath, [main, "token", ...args, "--data", data], { encoding: "utf8" });
  assert.equal(token("create", "first").status, 0);
  rmSync(join(data, "audit"), { recursive: true });
  writeFileSync(join(data, "audit"), "");
  const made = token("create", "second");
  assert.deepEqual([made.status, /^cw_\S+\n$/.test(made.stdout)], [0, true], made.stderr);
  assert.match(made.stderr, /warning: The audit log has no entry of this: /);
  const revoked = token("revoke", "first");
  assert.deepEqual([revoked.status, /opens nothing/.test(revoked.stdout)], [0, true], revoked.stderr);
});

test("the command line makes tokens, lists them without showing them, and says what is wrong", async (context) => {
  const { server, given } = await startWithTokens(context);
  const listed = token(server, "list");
  assert.match(listed.stdout, /^a-administer {2}administer {2}since \d{4}-\d\d-\d\d {2}never used\n/);
  await askRaw(server.url, { path: "/api/v1/version", headers: bearer(given.administer) });
  const used = new RegExp(`since .* {2}last used ${new Date().toISOString().slice(0, 10)} \\d\\d:\\d\\d UTC\\n`);
  assert.match(token(server, "list").stdout.split("a-edit")[0]!, used);
  for (const one of Object.values(given)) assert.ok(!listed.stdout.includes(one));
  for (const [args, says] of [
    [["create", "a-view"], /There is a token "a-view" already.*\n.*: npm start -- token revoke a-view\./],
    [["create", "../a"], /names no token/],
    [["create", "a", "--scope", "root"], /scope/],
    [["create", "a", "--queued", "-1"], /--queued cannot be "-1"/],
    [["create", "a", "--runs-per-hour", "1e3"], /--runs-per-hour cannot be "1e3"/],
    [["create", "a", "--calls-per-minute", "9".repeat(400)], /--calls-per-minute cannot be/],
    [["revoke", "b"], /There is no token "b".*\n.* npm start -- token list /],
  ] as const) {
    const { status, stdout, stderr } = token(server, ...args);
    assert.deepEqual([status, stdout], [2, ""], stderr);
    assert.match(stderr, says);
  }
});

test("tokens that cannot be read are not said to be none", async (context) => {
  const data = folderFor(context);
  writeFileSync(join(data, "tokens"), "");
  for (const args of [["list"], ["revoke", "a"]]) {
    const { status, stderr } = token({ data }, ...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /The tokens in .*tokens cannot be read: ENOTDIR\.\n {2}→ /);
  }
});

test("[A18] a token's limits are kept to, with the time to wait; a run that is not accepted does not count", async (context) => {
  const { server } = await startWithTokens(context);
  const made = token(
    server,
    "create",
    "guest",
    "--runs-per-hour",
    "2",
    "--queued",
    "5",
    "--calls-per-minute",
    "8",
    "--json",
  );
  const guest = JSON.parse(made.stdout);
  assert.deepEqual(guest.limits, { runsPerHour: 2, queued: 5, callsPerMinute: 8 });
  const headers = { ...bearer(guest.token), "content-type": "application/json" };
  const submit = (document: unknown) =>
    askRaw(server.url, { method: "POST", path: "/api/v1/runs", headers, body: JSON.stringify({ document }) });
  assert.equal((await submit({ format: "clipwork/1", nodes: {} })).status, 422);
  const [first, second, third] = [
    await submit(shortHierarchy()),
    await submit(shortHierarchy()),
    await submit(shortHierarchy()),
  ];
  assert.deepEqual(
    [first, second, third].map(({ status }) => status),
    [201, 201, 429],
  );
  assert.ok(isProblem(third!));
  assert.match(third!.text, /The token \\"guest\\" may submit 2 runs an hour, and has\./);
  const wait = Number(third!.headers["retry-after"]);
  assert.ok(wait > 3000 && wait <= 3600, String(wait));
  const retry = `/api/v1/runs/${JSON.parse(first!.text).id}/retry`;
  assert.equal(
    (await askRaw(server.url, { method: "POST", path: retry, headers })).status,
    429,
    "a retry is a run too",
  );
  const { limits, used } = JSON.parse((await askRaw(server.url, { path: "/api/v1/access", headers })).text);
  assert.deepEqual([limits, used.runsPerHour], [guest.limits, 2]);
  const calls = await Promise.all(
    Array.from({ length: 3 }, () => askRaw(server.url, { path: "/api/v1/access", headers })),
  );
  const [over] = calls.filter(({ status }) => status === 429);
  assert.equal(calls.filter(({ status }) => status === 200).length, 2);
  assert.ok(isProblem(over!) && Number(over!.headers["retry-after"]) > 0);
  assert.match(over!.text, /may make 8 calls a minute/);
  assert.match(
    token(server, "list").stdout,
    /guest {2}run {2}at most 2 runs an hour, 5 waiting, 8 calls a minute {2}since/,
  );
});

test("[A17] every route that changes something is written down, whatever came of it", async (context) => {
  const { server, given } = await startWithTokens(context);
  const changing = routes.filter(({ method, onlyAsks }) => method !== "get" && onlyAsks !== true);
  assert.ok(changing.length > 15);
  const id = "00000000-0000-4000-8000-000000000000";
  for (const { method, path, bytes } of changing) {
    const place = path.replace(":id", id).replace(":hash", "0".repeat(64)).replace(":name", "nowhere");
    const headers = { ...bearer(given.administer), "content-type": bytes ? "image/png" : "application/json" };
    // What none of them takes: it is refused, or done if the route takes no body.
    const { status } = await askRaw(server.url, {
      method: method.toUpperCase(),
      path: `/api/v1${place}`,
      headers,
      body: "[]",
    });
    const { items } = JSON.parse(
      (await askRaw(server.url, { path: "/api/v1/audit?limit=1", headers: bearer(given.administer) })).text,
    );
    const [{ who, what, outcome }] = items as [AuditEntry];
    assert.deepEqual([who, what, outcome], ["a-administer", `${method} ${path}`, status]);
  }
});

test("[A17] the log has who did what from where and how it ended, and nothing of what was sent", async (context) => {
  const { server, given } = await startWithTokens(context);
  const api = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    askRaw(server.url, {
      method,
      path: `/api/v1${path}`,
      headers: { "content-type": "application/json", ...headers },
      ...(body && { body }),
    });
  const caption = "a caption that nobody else should read";
  const document = shortHierarchy();
  Object.assign(document.nodes.caption!.params!, { text: caption });
  const body = JSON.stringify({ document });
  const run = JSON.parse((await api("POST", "/runs", bearer(given.run), body)).text).id;
  const welcome = await askRaw(server.url, { path: `/?token=${given.edit}` });
  const cookie = String(welcome.headers["set-cookie"]).split(";")[0]!;
  const saved = JSON.parse(
    (await api("POST", "/workflows", { cookie }, JSON.stringify({ title: caption, document }))).text,
  ).id;
  await api("POST", "/forecast", bearer(given.run), body);
  assert.equal((await api("DELETE", `/workflows/${saved}`, bearer(given.view))).status, 403);
  assert.equal((await api("GET", `/runs?token=cw_wrong`)).status, 401);
  assert.equal((await api("GET", "/audit", bearer(given.edit))).status, 403);
  const reply = await api("GET", "/audit?limit=50", bearer(given.administer));
  const items = JSON.parse(reply.text).items.toReversed();
  const short = items.map(({ who, what, about, outcome }: AuditEntry) => [
    who,
    what,
    Object.values(about ?? {})[0] ?? "",
    outcome,
  ]);
  assert.deepEqual(short, [
    ...scopes.map((scope) => ["command line", "token create", `a-${scope}`, 0]),
    ["a-run", "post /runs", run, 201],
    ["a-edit", "session", "", 303],
    ["a-edit", "post /workflows", saved, 201],
    ["a-view", "delete /workflows/:id", saved, 403],
    ["nobody", "get /api/v1/runs", "", 401],
    ["a-edit", "get /audit", "", 403],
  ]);
  assert.match(items[6].session, /^[0-9a-f]{8}$/);
  assert.deepEqual([...new Set(items.slice(4).map(({ from }: AuditEntry) => from))], ["127.0.0.1"]);
  const written = readdirSync(join(server.data, "audit"))
    .map((name) => readFileSync(join(server.data, "audit", name), "utf8"))
    .join("");
  for (const secret of [caption, ...Object.values(given), cookie.split("=")[1]!, "cw_wrong"])
    assert.ok(!written.includes(secret), secret);
  const audit = (...args: string[]) =>
    spawnSync(process.execPath, [main, "audit", "--data", server.data, ...args], { encoding: "utf8" }).stdout;
  assert.deepEqual(
    audit("--json")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
    items,
  );
  assert.match(
    audit("--token", "a-run"),
    new RegExp(`^\\S+ {2}a-run from 127\\.0\\.0\\.1 {2}post /runs {2}run ${run} {2}201\n$`),
  );
  const follow = spawn(process.execPath, [main, "audit", "--data", server.data, "--json", "--follow", "--limit", "1"]);
  context.after(() => follow.kill("SIGKILL"));
  const lines = createInterface({ input: follow.stdout })[Symbol.asyncIterator]();
  assert.equal(JSON.parse((await lines.next()).value!).what, "get /audit");
  await api("POST", `/runs/${run}/cancel`, bearer(given.run));
  const came = JSON.parse((await lines.next()).value!);
  assert.deepEqual([came.who, came.what, came.about], ["a-run", "post /runs/:id/cancel", { run }]);
});
