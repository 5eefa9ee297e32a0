// What doctor says of a server that people reach through a proxy: of a real server, behind a proxy that makes each mistake in turn.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { examineFront } from "../../server/src/cli/about/examine-front.ts";
import { startServer } from "./server.fixture.ts";

type Ways = {
  /** What becomes of a path; undefined: nobody passes it on. */
  readonly path?: (path: string) => string | undefined;
  readonly sockets?: boolean;
  readonly host?: string;
};

/** A proxy in front of a port. Returns its port. */
async function proxyTo(context: TestContext, port: number, ways: Ways): Promise<number> {
  const { path = (same) => same, sockets = true, host } = ways;
  const passed = ({ method, url, headers }: IncomingMessage) => {
    const to = path(url!);
    if (to === undefined) return undefined;
    const names = host === undefined ? headers : { ...headers, host };
    return request({ host: "127.0.0.1", port, path: to, method: method!, headers: names, agent: false });
  };
  const server = createServer((asked, response) => {
    const inner = passed(asked);
    if (!inner) return void response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not here</h1>");
    inner.on("response", (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    inner.on("error", () => response.writeHead(502).end());
    asked.pipe(inner);
  });
  if (sockets)
    server.on("upgrade", (asked, socket) => {
      const inner = passed(asked);
      socket.on("error", () => {});
      if (!inner) return void socket.destroy();
      inner.on("upgrade", ({ headers }, behind) => {
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
        behind.on("error", () => {});
        behind.pipe(socket).pipe(behind);
      });
      inner.on("response", ({ statusCode }) => socket.end(`HTTP/1.1 ${statusCode} No\r\nconnection: close\r\n\r\n`));
      inner.on("error", () => socket.destroy());
      inner.end();
    });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

test("doctor --address says what does not get through a proxy, and what to do", async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example", "--base-path", "/art"] });
  const { port, search } = new URL(server.address);
  const look = async (ways: Ways, path = "/art", token = search) => {
    const proxy = await proxyTo(context, Number(port), { host: "gpu.example", ...ways });
    return examineFront(`http://127.0.0.1:${proxy}${path}${token}`);
  };
  const { state, message } = await look({});
  assert.deepEqual([state, /\/art leads to the server, with web sockets\.$/.test(message)], ["ok", true], message);
  const without = await look({}, "/art/", "");
  assert.deepEqual([without.state, /asks for a token/.test(without.message)], ["ok", true], without.message);
  const cases: readonly [Ways, string, RegExp, RegExp][] = [
    [{ host: "other.example" }, "/art", /does not take this name/, /--allow-host 127\.0\.0\.1:/],
    [{ sockets: false }, "/art", /No web socket comes through/, /Upgrade and Connection/],
    [{ path: (path) => path.replace(/^\/other/, "") }, "/other", /takes \/art for its own path/, /--base-path \/other/],
    [{}, "", /takes \/art for its own path/, /without --base-path/],
    [{ path: () => undefined }, "/art", /Something else than Clipwork/, /--base-path \/art/],
  ];
  for (const [ways, path, says, remedy] of cases) {
    const found = await look(ways, path);
    assert.equal(found.state, "error", found.message);
    assert.match(found.message, says);
    assert.match(found.remedy!, remedy);
  }
  const nowhere = await proxyTo(context, 1, {});
  const unreached = await examineFront(`http://127.0.0.1:${nowhere}`);
  assert.match(unreached.message, /answers 502: it does not reach the server/);
  assert.match((await examineFront("http://127.0.0.1:1")).message, /Nobody answers/);
  assert.match((await examineFront("gpu.example")).message, /is no address of a page/);
});
