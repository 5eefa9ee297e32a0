import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { addressOf, isEncrypted, nameOf, readBasePath, readProxies, serveBelow } from "./front.ts";

const asked = (remoteAddress: string, headers: Record<string, string> = {}) => ({ socket: { remoteAddress }, headers });

test("a base path is a path of plain names, with or without its closing slash", () => {
  for (const [text, path] of [
    ["", ""],
    ["/", ""],
    ["/clipwork", "/clipwork"],
    ["/clipwork/", "/clipwork"],
    ["/a/b-c/~d_e.f", "/a/b-c/~d_e.f"],
  ] as const)
    assert.equal(readBasePath(text), path, text);
  for (const text of [
    "clipwork",
    "//evil.example",
    "/a//b",
    "/../a",
    "/a/..",
    "/a?b",
    "/a#b",
    '/a"b',
    "/a b",
    "/%2e",
    "/<a>",
  ])
    assert.equal(readBasePath(text), undefined, text);
});

test("proxies are named by addresses and ranges, and nothing else is taken for one", () => {
  const proxies = readProxies("loopback, 10.0.0.0/8,192.168.1.7, fd00::/8")!;
  const name = (address: string) =>
    nameOf(asked(address, { host: "own", "x-forwarded-host": "gpu.example" }), { proxies });
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "192.168.1.7", "fd12::1", "::ffff:127.0.0.1"])
    assert.equal(name(address), "gpu.example", address);
  for (const address of ["11.0.0.1", "192.168.1.8", "fe80::1", "::ffff:11.0.0.1", ""])
    assert.equal(name(address), "own", address);
  for (const text of [
    "",
    "all",
    "true",
    "1",
    "10.0.0.0/33",
    "10.0.0.0/8/8",
    "10.0.0.0/",
    "fd00::/129",
    "gpu.example",
    "10.0.0.1,",
  ])
    assert.equal(readProxies(text), undefined, text);
});

test("[A11] without trust nobody is believed, whatever they say", () => {
  const lies = { host: "own", "x-forwarded-host": "a", "x-forwarded-proto": "https", "x-forwarded-for": "1.2.3.4" };
  for (const front of [{}, { proxies: readProxies("10.0.0.1")! }]) {
    const request = asked("127.0.0.1", lies);
    assert.deepEqual(
      [nameOf(request, front), isEncrypted(request, front), addressOf(request, front)],
      ["own", false, "127.0.0.1"],
    );
  }
});

test("[A11] who asks is the last address in line that no trusted proxy has", () => {
  const front = { proxies: readProxies("loopback,10.0.0.0/8")! };
  const from = (passed: string) => addressOf(asked("127.0.0.1", { "x-forwarded-for": passed }), front);
  assert.equal(from("1.2.3.4"), "1.2.3.4");
  assert.equal(from("6.6.6.6, 1.2.3.4"), "1.2.3.4", "what stands before it was said by somebody else");
  assert.equal(from("6.6.6.6, 1.2.3.4, 10.0.0.2"), "1.2.3.4");
  assert.equal(from("10.0.0.3, 10.0.0.2"), "10.0.0.3");
  for (const nonsense of ["", "unknown", "1.2.3.4:80", "a,b"]) assert.equal(from(nonsense), "127.0.0.1", nonsense);
  assert.equal(isEncrypted(asked("10.0.0.1", { "x-forwarded-proto": "https" }), front), true);
  assert.equal(isEncrypted(asked("10.0.0.1", { "x-forwarded-proto": "http" }), front), false);
});

test("[A10] what comes below the path is served as at the root, and so is what comes without it", async (context) => {
  const server = createServer((request, response) => response.end(request.url));
  serveBelow(server, "/clipwork");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const seen = async (path: string) => {
    const [response] = await once(get({ port, host: "127.0.0.1", path, agent: false }), "response");
    return String((await response.toArray())[0]);
  };
  for (const [path, served] of [
    ["/clipwork", "/"],
    ["/clipwork/", "/"],
    ["/clipwork?token=a", "/?token=a"],
    ["/clipwork/api/v1/runs?limit=1", "/api/v1/runs?limit=1"],
    ["/api/v1/runs", "/api/v1/runs"],
    ["/clipworks/a", "/clipworks/a"],
    ["/other/clipwork/", "/other/clipwork/"],
  ] as const)
    assert.equal(await seen(path), served, path);
});
