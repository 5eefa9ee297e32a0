// Behind the real Caddy, as docs/behind-a-proxy.md sets it up; with TLS left out, which is the proxy's own matter.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { answers, exampleOf, freePort, skipWithout, trusting, use } from "./proxy.fixture.ts";
import { askRaw } from "./raw.fixture.ts";
import { startServer, type TestServer } from "./server.fixture.ts";

const skip = skipWithout("caddy", "version");

/** The guide's example in front of that server; `change` makes another one of it. Returns Caddy's address. */
async function startCaddy(context: TestContext, server: TestServer, change = (text: string) => text): Promise<string> {
  const folder = folderFor(context);
  const port = await freePort();
  const site = change(exampleOf("caddy"))
    .replace(/^gpu\.example/m, `http://gpu.example:${port}`)
    .replace("127.0.0.1:4747", new URL(server.url).host);
  assert.ok(site.includes(new URL(server.url).host), site);
  writeFileSync(join(folder, "Caddyfile"), `{\n\tadmin off\n\tauto_https off\n}\n${site}`);
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const args = ["run", "--config", "Caddyfile", "--adapter", "caddyfile"];
  const caddy = spawn("caddy", args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  context.after(() => caddy.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  await answers(url, caddy);
  return url;
}

test("[A10] the guide's Caddy has the server at a path, and passes on who asks", { skip }, async (context) => {
  const server = await startServer(context, { args: [...trusting, "--base-path", "/clipwork"] });
  const url = await startCaddy(context, server);
  await use(context, server, url, "/clipwork");
  const foreign = { host: "gpu.example", origin: "https://evil.example", "content-type": "application/json" };
  const refused = await askRaw(url, { method: "POST", path: "/clipwork/api/v1/runs", headers: foreign, body: "{}" });
  assert.equal(refused.status, 403);
});

test("[A10] so does one that has it at the root", { skip }, async (context) => {
  const server = await startServer(context, { args: trusting });
  const url = await startCaddy(context, server, (text) => text.replace(" /clipwork/*", ""));
  await use(context, server, url, "");
});
