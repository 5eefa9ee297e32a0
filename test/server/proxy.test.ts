// Behind the real nginx, as docs/behind-a-proxy.md sets it up; with TLS left out, which is the proxy's own matter.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { exampleOf, skipWithout, startNginx, trusting, use } from "./proxy.fixture.ts";
import { askRaw } from "./raw.fixture.ts";
import { startServer, type TestServer } from "./server.fixture.ts";

const skip = skipWithout("nginx", "-v");
const example = exampleOf("nginx");

/** The guide's example in front of that server; `change` makes another one of it. Returns nginx's address. */
function inFrontOf(context: TestContext, server: TestServer, change = (text: string) => text): Promise<string> {
  const blocks = change(example).replaceAll("http://127.0.0.1:4747", server.url);
  assert.ok(blocks.includes(server.url), blocks);
  return startNginx(context, blocks);
}

test("[A10] the guide's nginx has the server at a path, and passes on who asks", { skip }, async (context) => {
  const server = await startServer(context, { args: [...trusting, "--base-path", "/clipwork"] });
  let complaint = "";
  server.process.stderr!.on("data", (text) => {
    complaint += text;
  });
  const url = await inFrontOf(context, server);
  await use(context, server, url, "/clipwork");
  const foreign = { host: "gpu.example", origin: "https://evil.example", "content-type": "application/json" };
  const refused = await askRaw(url, { method: "POST", path: "/clipwork/api/v1/runs", headers: foreign, body: "{}" });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /--allow-host/);
  assert.equal(complaint, "");
});

test("[A10] so does one that has it at the root, and one that takes the path away", { skip }, async (context) => {
  const atRoot = await startServer(context, { args: trusting });
  await use(context, atRoot, await inFrontOf(context, atRoot, (text) => text.replace("/clipwork/", "/")), "");
  const below = await startServer(context, { args: [...trusting, "--base-path", "/clipwork/"] });
  const strip = (text: string) => text.replace("4747;", "4747/;");
  await use(context, below, await inFrontOf(context, below, strip), "/clipwork");
});

test("[A10] with nothing but proxy_pass and web sockets, its own name is enough (C28)", { skip }, async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const bare = (text: string) =>
    text.replaceAll(/\s+proxy_set_header (?:Host|X-)[^;]*;/g, "").replace("/clipwork/", "/");
  await use(context, server, await inFrontOf(context, server, bare), "");
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
