// What the tests behind real proxies share.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { io } from "socket.io-client";
import { folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw } from "./raw.fixture.ts";
import type { TestServer } from "./server.fixture.ts";

/** How a server is started that believes a proxy on this machine. */
export const trusting = ["--allow-host", "gpu.example", "--trust-proxy"];

/** Why tests behind that proxy are skipped, false if it is here; throws where it must not be missing. */
export function skipWithout(proxy: "nginx" | "caddy", says: string): string | false {
  const present = spawnSync(proxy, [says]).status === 0;
  const skip = present ? false : `${proxy} is not installed (Debian: apt-get install ${proxy})`;
  if (skip && process.env.CLIPWORK_TEST_REQUIRE === "proxies") throw new Error(skip);
  return skip;
}

/** A guide's example for a proxy, by the name of its block of code. */
export function exampleOf(proxy: "nginx" | "caddy", guide = "behind-a-proxy"): string {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", `${guide}.md`), "utf8");
  return new RegExp(`\`\`\`${proxy}\\n([\\s\\S]*?)\`\`\``).exec(text)![1]!;
}

/** The real nginx with these blocks, without their TLS and on a port of its own. Returns its address. */
export async function startNginx(context: Pick<TestContext, "after">, blocks: string): Promise<string> {
  const folder = folderFor(context);
  const port = await freePort();
  const hosts = blocks.replace(/listen 443 ssl;/, `listen 127.0.0.1:${port};`).replaceAll(/\s+ssl_\w+ [^;]*;/g, "");
  assert.ok(!hosts.includes("ssl"), hosts);
  mkdirSync(join(folder, "temp"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path temp;`);
  const own = `daemon off; master_process off; pid nginx.pid; error_log stderr warn; events {}`;
  writeFileSync(join(folder, "nginx.conf"), `${own} http { access_log off; ${temporary.join(" ")}\n${hosts}\n}\n`);
  const nginx = spawn("nginx", ["-p", folder, "-c", "nginx.conf"], { stdio: ["ignore", "ignore", "pipe"] });
  context.after(() => nginx.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  await answers(url, nginx);
  return url;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves once a proxy answers there; fails with what it complained of if it ends. */
export async function answers(url: string, proxy: ChildProcess): Promise<void> {
  let complaint = "";
  proxy.stderr!.on("data", (text) => {
    complaint += text;
  });
  for (let answered = false; !answered; ) {
    assert.equal(proxy.exitCode, null, complaint);
    answered = await askRaw(url, { path: "/", headers: { host: "gpu.example" } }).then(
      () => true,
      () => false,
    );
  }
}

/** All that a person does there: opens the page with the token, loads what it names, runs, hears of it and reads the description. */
export async function use(context: TestContext, server: TestServer, url: string, base: string): Promise<void> {
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
