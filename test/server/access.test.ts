import assert from "node:assert/strict";
import { once } from "node:events";
import { statSync } from "node:fs";
import { connect as connectTo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { io } from "socket.io-client";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw, isProblem } from "./raw.fixture.ts";
import { routes, startServer, submit, type TestServer } from "./server.fixture.ts";

const id = "00000000-0000-4000-8000-000000000000";
const digest = "0".repeat(64);
const mutating = routes.filter(({ method }) => method !== "get");
const pathOf = (path: string) => `/api/v1${path.replace(":id", id).replace(":hash", digest)}`;
const typeOf = (route: (typeof routes)[number]) => ({ "content-type": route.bytes ? "image/png" : "application/json" });

/** What a handshake gives: "connected", or the sentence with which it is refused. */
function connect(context: TestContext, url: string, options: object): Promise<string> {
  const socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false, ...options });
  context.after(() => socket.disconnect());
  return new Promise((resolve) => {
    socket.once("connect", () => resolve("connected"));
    socket.once("connect_error", (error) => resolve(error.message));
  });
}

test("[A1] no page of another site can change anything or listen (cases 1, 2, 3, 6)", async (context) => {
  const server = await startServer(context);
  const own = server.url;
  const foreign: Record<string, string>[] = [
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "" },
    { origin: `${own}.evil.example` },
    { origin: own.replace("127.0.0.1", "localhost") },
    { origin: `${own}/` },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    // A form or a link of another page, from a browser that sends no Origin with it.
    ...["cross-site", "same-site"].map((site) => ({ "sec-fetch-site": site, "sec-fetch-mode": "navigate" })),
    {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
      "sec-fetch-user": "?1",
    },
    { origin: own, "sec-fetch-site": "cross-site" },
  ];
  for (const route of mutating) {
    for (const headers of foreign) {
      const ask = { method: route.method.toUpperCase(), path: pathOf(route.path), body: "{}" };
      const reply = await askRaw(own, { ...ask, headers: { ...typeOf(route), ...headers } });
      assert.equal(reply.status, 403, `${ask.method} ${ask.path} ${JSON.stringify(headers)}: ${reply.text}`);
      assert.ok(isProblem(reply));
    }
  }
  for (const origin of ["http://evil.example", "null"]) {
    assert.match(await connect(context, own, { extraHeaders: { origin } }), /error/, origin);
    const polling = await askRaw(own, { path: "/socket.io/?EIO=4&transport=polling", headers: { origin } });
    assert.ok(polling.status === 400 || polling.status === 403, polling.text);
  }
  assert.equal(await connect(context, own, { extraHeaders: { origin: own } }), "connected");
  assert.equal(await connect(context, own, {}), "connected");
  const body = JSON.stringify({ document: shortHierarchy() });
  const headers = { origin: own, "sec-fetch-site": "same-origin", "content-type": "application/json" };
  assert.equal((await askRaw(own, { method: "POST", path: "/api/v1/runs", headers, body })).status, 201);
});

test("[A2] a body that a form can send is refused, whatever it holds (case 1)", async (context) => {
  const { url } = await startServer(context);
  const body = JSON.stringify({ document: shortHierarchy() });
  const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json"];
  for (const route of mutating) {
    for (const type of types) {
      const ask = { method: route.method.toUpperCase(), path: pathOf(route.path), body };
      const reply = await askRaw(url, { ...ask, headers: type ? { "content-type": type } : {} });
      assert.equal(reply.status, 415, `${ask.method} ${ask.path} ${type}: ${reply.text}`);
    }
  }
  assert.deepEqual(JSON.parse((await askRaw(url, { path: "/api/v1/runs" })).text), { items: [] });
});

test("[A3] only its own names reach a server: no other that points here (cases 4, 5)", async (context) => {
  const { url } = await startServer(context);
  const { port } = new URL(url);
  const own = [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`];
  const foreign = [
    `evil.example:${port}`,
    "evil.example",
    `localhost.evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`,
    `localhost.:${port}`,
    `127.0.0.1.:${port}`,
    `127.1:${port}`,
    `0.0.0.0:${port}`,
    `2130706433:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    "127.0.0.1",
    "127.0.0.1:1",
    `127.0.0.1:${port}@evil.example`,
    "",
  ];
  for (const host of own)
    assert.equal((await askRaw(url, { path: "/api/v1/version", headers: { host } })).status, 200, host);
  for (const host of foreign) {
    for (const path of ["/api/v1/version", "/", "/api/v1/docs"]) {
      const { status } = await askRaw(url, { path, headers: { host } });
      assert.ok(status === 403 || (host === "" && status === 400), `${host} ${path}: ${status}`);
    }
    const reply = await askRaw(url, { path: "/socket.io/?EIO=4&transport=websocket", headers: { host } });
    assert.ok(reply.status >= 400, host);
  }
});

test("[A4] unless its settings say otherwise, a server listens on 127.0.0.1 alone", async (context) => {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).filter(({ internal }) => !internal));
  // All of 127.x.x.x is this machine on Linux, so that there is another address to try wherever the test runs.
  const others = ["127.0.0.2", ...own.filter(({ family }) => family === "IPv4").map(({ address }) => address)];
  const reached = async (address: string, url: string) => {
    const socket = connectTo(Number(new URL(url).port), address);
    context.after(() => socket.destroy());
    return once(socket, "connect").then(
      () => true,
      () => false,
    );
  };
  const alone = await startServer(context);
  assert.equal(new URL(alone.address).hostname, "127.0.0.1");
  for (const address of others) assert.equal(await reached(address, alone.url), false, address);
  const open = await startServer(context, { args: ["--host", "0.0.0.0"] });
  for (const address of others.filter((_, i) => i > 0 || process.platform === "linux"))
    assert.equal(await reached(address, open.url), true, address);
});

test("[A5] beyond this machine every route, page and socket asks for the token (case 10)", async (context) => {
  const server = await startServer(context, { args: ["--host", "0.0.0.0"] });
  const { origin: url, searchParams } = new URL(server.address);
  const token = searchParams.get("token")!;
  assert.match(token, /^[0-9a-f]{64}$/);
  assert.equal(statSync(join(server.data, "token")).mode & 0o077, 0, "others may not read the token");
  for (const route of routes) {
    for (const headers of [{}, { authorization: "Bearer wrong" }, { cookie: "clipwork=wrong" }] as Record<
      string,
      string
    >[]) {
      const ask = { method: route.method.toUpperCase(), path: pathOf(route.path) };
      const reply = await askRaw(url, { ...ask, headers: { ...typeOf(route), ...headers } });
      assert.equal(reply.status, 401, `${ask.method} ${ask.path}: ${reply.text}`);
    }
  }
  for (const path of ["/", "/?token=wrong", "/api/v1/docs", "/api/v1/openapi.json", "/assets/x.js"])
    assert.equal((await askRaw(url, { path })).status, 401, path);
  assert.match(await connect(context, url, {}), /error/);
  assert.equal(await connect(context, url, { extraHeaders: { authorization: `Bearer ${token}` } }), "connected");

  for (const page of ["/", "/form/workflows/0a-b", "/form/templates/text-to-image"]) {
    const { status, headers } = await askRaw(url, { path: `${page}?token=${token}` });
    assert.deepEqual([status, headers.location], [303, page], "it leads to the page itself, without the token");
  }
  for (const path of ["/form/", "/form/workflows/a/b", "//other.example/form/workflows/a"])
    assert.equal((await askRaw(url, { path: `${path}?token=${token}` })).status, 401, path);
  const welcome = await askRaw(url, { path: `/?token=${token}` });
  const [cookie = ""] = welcome.headers["set-cookie"] as string[];
  assert.deepEqual([welcome.status, welcome.headers.location], [303, "/"]);
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
  const headers = { cookie: cookie.split(";")[0]! };
  assert.equal((await askRaw(url, { path: "/api/v1/version", headers })).status, 200);
  assert.equal(await connect(context, url, { extraHeaders: headers }), "connected");
  // The cookie alone does not help a page of another site.
  const forged = { ...headers, origin: "http://evil.example", "content-type": "application/json" };
  assert.equal((await askRaw(url, { method: "POST", path: "/api/v1/runs", headers: forged, body: "{}" })).status, 403);
});

test("[A6] a name that is allowed works, and asks for the token even on this machine", async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const { origin: url, searchParams } = new URL(server.address);
  const ask = (headers: Record<string, string>) => askRaw(url, { path: "/api/v1/version", headers });
  const authorization = `Bearer ${searchParams.get("token")}`;
  assert.equal((await ask({ host: "gpu.example", authorization })).status, 200);
  assert.equal((await ask({ host: "gpu.example" })).status, 401);
  assert.equal((await ask({})).status, 401);
});

test("[A7] every answer forbids frames, inline script, guessing and foreign use (cases 7, 9)", async (context) => {
  const { url } = await startServer(context);
  for (const path of ["/", "/api/v1/docs", "/api/v1/runs", "/api/v1/nowhere", "/nowhere"]) {
    const { headers } = await askRaw(url, { path, headers: { origin: "http://evil.example" } });
    const policy = String(headers["content-security-policy"]);
    const script = /script-src ([^;]*)/.exec(policy)?.[1];
    assert.equal(script, "'self'", path);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(headers["x-frame-options"], "DENY");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
    assert.equal(headers["access-control-allow-origin"], undefined);
  }
});

test("[A8] GET changes nothing (case 8)", async (context) => {
  const server = await startServer(context);
  const { id: run } = await submit(server, shortHierarchy());
  await server.watch(run);
  const before = await state(server);
  for (const path of [`/runs/${run}/cancel`, `/runs/${run}/retry`, "/uploads", `/workflows/${id}/restore`])
    assert.equal((await server.ask("GET", path)).status, 404, path);
  for (const route of routes.filter(({ method }) => method === "get"))
    await server.ask("GET", route.path.replace(":id", run).replace(":hash", digest));
  assert.deepEqual(await state(server), before);
});

async function state(server: TestServer): Promise<unknown> {
  return [await server.json("GET", "/runs"), await server.json("GET", "/workflows")];
}

test("[A9] calls beyond what one minute allows are refused with a problem", async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const { origin: url, searchParams } = new URL(server.address);
  const headers = { "content-type": "application/json", authorization: `Bearer ${searchParams.get("token")}` };
  const statuses = new Map<number, number>();
  for (let i = 0; i < 260; i++) {
    const reply = await askRaw(url, { method: "POST", path: "/api/v1/runs", headers, body: "{}" });
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    if (reply.status === 429) assert.ok(isProblem(reply));
  }
  assert.deepEqual(
    [...statuses],
    [
      [400, 240],
      [429, 20],
    ],
  );
});

test("[A9] a server that only its own machine reaches stops no loop of submissions", async (context) => {
  const server = await startServer(context);
  for (let i = 0; i < 700; i++) {
    const { status } = await askRaw(server.url, {
      method: "POST",
      path: "/api/v1/runs",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    assert.equal(status, 400);
  }
});

test("[A21] no request brings code: node packs are listed, and no route adds or removes one", async (context) => {
  assert.deepEqual(
    routes.filter(({ path }) => path.includes("node-pack")).map(({ method, path }) => `${method} ${path}`),
    ["get /node-packs"],
  );
  const server = await startServer(context);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"])
    assert.equal((await server.ask(method, "/node-packs", { folder: import.meta.dirname })).status, 404, method);
  assert.deepEqual(await server.json("GET", "/node-packs"), { packs: [] });
});
