// Behind the real Caddy, as docs/behind-a-proxy.md sets it up; with TLS left out, which is the proxy's own matter.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect } from "node:tls";
import type { Finding } from "../../server/src/cli/about/finding.ts";
import { clipwork, folderFor } from "../cli/clipwork.fixture.ts";
import { answers, exampleOf, freePort, skipWithout, trusting, use } from "./proxy.fixture.ts";
import { askRaw } from "./raw.fixture.ts";
import { startServer, type TestServer } from "./server.fixture.ts";

const skip = skipWithout("caddy", "version");

/** Caddy with that file, in that folder alone. */
function runCaddy(context: TestContext, folder: string, file: string): ChildProcess {
  writeFileSync(join(folder, "Caddyfile"), file);
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const args = ["run", "--config", "Caddyfile", "--adapter", "caddyfile"];
  const caddy = spawn("caddy", args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  context.after(() => caddy.kill("SIGKILL"));
  return caddy;
}

/** The guide's example in front of that server; `change` makes another one of it. Returns Caddy's address. */
async function startCaddy(context: TestContext, server: TestServer, change = (text: string) => text): Promise<string> {
  const port = await freePort();
  const site = change(exampleOf("caddy"))
    .replace(/^gpu\.example/m, `http://gpu.example:${port}`)
    .replace("127.0.0.1:4747", new URL(server.url).host);
  assert.ok(site.includes(new URL(server.url).host), site);
  const caddy = runCaddy(context, folderFor(context), `{\n\tadmin off\n\tauto_https off\n}\n${site}`);
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

/** Resolves once somebody speaks TLS there, by whatever certificate. */
async function speaksTls(port: number, proxy: ChildProcess): Promise<void> {
  for (let speaks = false; !speaks; ) {
    assert.equal(proxy.exitCode, null);
    const socket = connect({ port, host: "127.0.0.1", servername: "localhost", rejectUnauthorized: false });
    speaks = await once(socket, "secureConnect").then(
      () => true,
      () => false,
    );
    socket.destroy();
  }
}

test("doctor --address says through a real https proxy whether the server knows of it", { skip }, async (context) => {
  const folder = folderFor(context);
  const port = await freePort();
  const name = `localhost:${port}`;
  const look = async (...args: string[]) => {
    const server = await startServer(context, { args: ["--allow-host", name, ...args] });
    const { host, search } = new URL(server.address);
    const options = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n";
    const site = `https://${name} {\n\ttls internal\n\treverse_proxy ${host}\n}\n`;
    const caddy = runCaddy(context, folder, options + site);
    const certificate = join(folder, "caddy", "pki", "authorities", "local", "root.crt");
    const environment = { NODE_EXTRA_CA_CERTS: certificate };
    await speaksTls(port, caddy);
    const asked = ["doctor", "--json", "--port", "0", "--data", server.data, "--address", `https://${name}/${search}`];
    const { stdout } = await clipwork(asked, { cwd: folder, environment });
    const found = (JSON.parse(stdout) as Finding[]).find(({ about }) => about === "proxy");
    assert.ok(found, stdout);
    caddy.kill("SIGKILL");
    return found;
  };
  const trusting = await look("--trust-proxy");
  assert.deepEqual([trusting.state, /with web sockets\.$/.test(trusting.message)], ["ok", true], trusting.message);
  const unbelieving = await look();
  assert.equal(unbelieving.state, "warning", unbelieving.message);
  assert.match(unbelieving.message, /does not know that it is reached by https/);
  assert.match(unbelieving.remedy!, /--trust-proxy/);
});
