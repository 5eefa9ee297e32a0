// Behind the real nginx, as docs/behind-a-proxy.md sets it up; with TLS left out, which is the proxy's own matter.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { io } from "socket.io-client";
import { folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw } from "./raw.fixture.ts";
import { startServer, type TestServer } from "./server.fixture.ts";

const present = spawnSync("nginx", ["-v"]).status === 0;
const skip = present ? false : "nginx is not installed (Debian: apt-get install nginx)";
if (!present && process.env.CLIPWORK_TEST_REQUIRE === "nginx") throw new Error(String(skip));

const guide = readFileSync(join(import.meta.dirname, "..", "..", "docs", "behind-a-proxy.md"), "utf8");
const example = /```nginx\n([\s\S]*?)```/.exec(guide)![1]!;
const trusting = ["--allow-host", "gpu.example", "--trust-proxy"];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The guide's example in front of that server; `change` makes another one of it. Returns nginx's address. */
async function startNginx(context: TestContext, server: TestServer, change = (text: string) => text): Promise<string> {
  const folder = folderFor(context);
  const port = await freePort();
  const hosts = change(example)
    .replace(/listen 443 ssl;/, `listen 127.0.0.1:${port};`)
    .replaceAll(/\s+ssl_\w+ [^;]*;/g, "")
    .replaceAll("http://127.0.0.1:4747", server.url);
  assert.ok(hosts.includes(server.url) && !hosts.includes("ssl"), hosts);
  mkdirSync(join(folder, "temp"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path temp;`);
  const own = `daemon off; master_process off; pid nginx.pid; error_log stderr warn; events {}`;
  writeFileSync(join(folder, "nginx.conf"), `${own} http { access_log off; ${temporary.join(" ")}\n${hosts}\n}\n`);
  const nginx = spawn("nginx", ["-p", folder, "-c", "nginx.conf"], { stdio: ["ignore", "ignore", "pipe"] });
  context.after(() => nginx.kill("SIGKILL"));
  let complaint = "";
  nginx.stderr.on("data", (text) => {
    complaint += text;
  });
  const url = `http://127.0.0.1:${port}`;
  for (let answered = false; !answered; ) {
    assert.equal(nginx.exitCode, null, complaint);
    answered = await askRaw(url, { path: "/", headers: { host: "gpu.example" } }).then(
      () => true,
      () => false,
    );
  }
  return url;
}

/** All that a person does there: opens the page with the token, loads what it names, runs, hears of it and reads the description. */
async function use(context: TestContext, server: TestServer, url: string, base: string): Promise<void> {
  const host = "gpu.example";
  const token = new URL(server.address).searchParams.get("token")!;
  const ask = (path: string, headers: Record<string, string> = {}, body?: string) =>
    askRaw(url, {
      path: base + path,
      method: body === undefined ? "GET" : "POST",
      headers: { host, ...headers },
      ...(body ? { body } : {}),
    });
  const welcome = await ask(`/?token=${token}`);
  assert.deepEqual(
    [welcome.status, new URL(welcome.headers.location as string, `http://${host}`).pathname],
    [303, `${base}/`],
  );
  const [set] = welcome.headers["set-cookie"] as unknown as string[];
  assert.match(set!, new RegExp(`Path=${base || "/"}(;|$)`));
  const cookie = set!.split(";")[0]!;
  for (const page of ["/", "/form/templates/text-to-image"]) {
    const { status, text } = await ask(page, { cookie });
    assert.equal(status, 200, page);
    const named = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    assert.ok(named.length > 3);
    for (const address of named) {
      assert.ok(address.startsWith(`${base}/`), address);
      assert.equal((await ask(address.slice(base.length), { cookie })).status, 200, address);
    }
  }
  const description = JSON.parse((await ask("/api/v1/openapi.json", { cookie })).text);
  assert.deepEqual(description.servers, [{ url: `${base}/api/v1` }]);

  const socket = io(url, {
    path: `${base}/socket.io`,
    transports: ["websocket"],
    forceNew: true,
    extraHeaders: { host, cookie, origin: `https://${host}` },
  });
  context.after(() => void socket.disconnect());
  const before = await new Promise((resolve, reject) => {
    socket.once("connect_error", reject);
    socket.emit("queue", resolve);
  });
  assert.deepEqual(before, []);
  const heard = new Promise<{ id: string }>((resolve) => socket.once("run", resolve));
  const from = {
    cookie,
    origin: `https://${host}`,
    "sec-fetch-site": "same-origin",
    "content-type": "application/json",
  };
  const run = await ask("/api/v1/runs", from, JSON.stringify({ document: shortHierarchy() }));
  assert.equal(run.status, 201, run.text);
  assert.equal((await heard).id, JSON.parse(run.text).id);
  socket.disconnect();
}

test("[A10] the guide's nginx has the server at a path, and passes on who asks", { skip }, async (context) => {
  const server = await startServer(context, { args: [...trusting, "--base-path", "/clipwork"] });
  let complaint = "";
  server.process.stderr!.on("data", (text) => {
    complaint += text;
  });
  const url = await startNginx(context, server);
  await use(context, server, url, "/clipwork");
  const foreign = { host: "gpu.example", origin: "https://evil.example", "content-type": "application/json" };
  const refused = await askRaw(url, { method: "POST", path: "/clipwork/api/v1/runs", headers: foreign, body: "{}" });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /--allow-host/);
  assert.equal(complaint, "");
});

test("[A10] so does one that has it at the root, and one that takes the path away", { skip }, async (context) => {
  const atRoot = await startServer(context, { args: trusting });
  await use(context, atRoot, await startNginx(context, atRoot, (text) => text.replace("/clipwork/", "/")), "");
  const below = await startServer(context, { args: [...trusting, "--base-path", "/clipwork/"] });
  const strip = (text: string) => text.replace("4747;", "4747/;");
  await use(context, below, await startNginx(context, below, strip), "/clipwork");
});

test("[A10] with nothing but proxy_pass and web sockets, its own name is enough (C28)", { skip }, async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const bare = (text: string) =>
    text.replaceAll(/\s+proxy_set_header (?:Host|X-)[^;]*;/g, "").replace("/clipwork/", "/");
  await use(context, server, await startNginx(context, server, bare), "");
});

test("[A11] limits hold for each user behind a trusted proxy, and for all as one behind another (C28)", async (context) => {
  const left = async (server: TestServer, address: string) => {
    const authorization = `Bearer ${new URL(server.address).searchParams.get("token")}`;
    const headers = { host: "gpu.example", authorization, "x-forwarded-for": address, "x-forwarded-proto": "https" };
    const { headers: said } = await askRaw(server.url, { path: "/api/v1/version", headers });
    return Number(/r=(\d+)/.exec(String(said.ratelimit))![1]);
  };
  const trusted = await startServer(context, { args: trusting });
  const first = await left(trusted, "1.2.3.4");
  assert.deepEqual([await left(trusted, "1.2.3.5"), await left(trusted, "1.2.3.4")], [first, first - 1]);
  const token = new URL(trusted.address).searchParams.get("token");
  const https = { host: "gpu.example", "x-forwarded-proto": "https" };
  const { headers } = await askRaw(trusted.url, { path: `/?token=${token}`, headers: https });
  assert.match(String(headers["set-cookie"]), /Secure/);
  const other = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const before = await left(other, "1.2.3.4");
  assert.equal(await left(other, "1.2.3.5"), before - 1, "otherwise anybody could be everybody");
});

test("what stands in front may be said by the configuration, and is refused if it makes no sense", async (context) => {
  const data = folderFor(context);
  writeFileSync(join(data, "config.json"), JSON.stringify({ basePath: "/a/b", trustProxy: "10.0.0.0/8" }));
  const server = await startServer(context, { data });
  assert.match(server.address, /\/a\/b\/\?token=/);
  const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");
  for (const [args, says] of [
    [["--base-path", "//evil.example"], /is no base path/],
    [["--trust-proxy", "everybody"], /names no proxies that could be trusted/],
  ] as const) {
    const ended = spawnSync(process.execPath, [main, "serve", "--port", "0", "--data", folderFor(context), ...args], {
      encoding: "utf8",
    });
    assert.equal(ended.status, 2, ended.stderr);
    assert.match(ended.stderr, says);
  }
});
