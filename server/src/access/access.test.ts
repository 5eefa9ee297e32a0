import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { type Access, BadToken, hostsOf, isLoopback, refusal, tokenOf } from "./access.ts";
import { same } from "./who.ts";

test("only addresses of this machine alone are loopback", () => {
  for (const address of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) assert.ok(isLoopback(address), address);
  for (const address of [
    "0.0.0.0",
    "::",
    "192.168.1.2",
    "127.0.0.1.evil.example",
    "1127.0.0.1",
    "localhost.evil.example",
  ])
    assert.ok(!isLoopback(address), address);
});

test("a server's names have its port, but for the scheme's own and those that are allowed as they are", () => {
  assert.deepEqual([...hostsOf("127.0.0.1", 4747, [])].toSorted(), ["127.0.0.1:4747", "[::1]:4747", "localhost:4747"]);
  assert.ok(hostsOf("127.0.0.1", 80, []).has("localhost"));
  const hosts = hostsOf("::1", 1, ["GPU.example"]);
  assert.ok(hosts.has("gpu.example") && hosts.has("gpu.example:1") && hosts.has("[::1]:1"));
});

const host = "127.0.0.1:4747";
const access: Access = { hosts: new Set([host]), token: undefined };
const token = "0123456789abcdef";

/** The status with which a request of those headers is refused; undefined if it may pass. */
const statusOf = (headers: Record<string, string>, acts: boolean, who = access) =>
  refusal({ headers: { host, ...headers } } as unknown as IncomingMessage, who, acts)?.status;

test("only the server's own names reach it, in any letters", () => {
  assert.equal(statusOf({}, false), undefined);
  const named: Access = { hosts: new Set(["gpu.example"]), token: undefined };
  assert.equal(statusOf({ host: "GPU.Example" }, true, named), undefined);
  for (const other of ["evil.example", "127.0.0.1", "127.0.0.1:4747.evil.example", "127.0.0.1:47470", ""])
    for (const acts of [false, true]) assert.equal(statusOf({ host: other }, acts), 403, other);
  assert.equal(refusal({ headers: {} } as IncomingMessage, access, false)?.status, 403);
});

test("what changes something comes from a page of this server, or from a program", () => {
  for (const origin of [`http://${host}`, `https://${host}`]) assert.equal(statusOf({ origin }, true), undefined);
  for (const origin of ["http://evil.example", `http://${host}.evil.example`, `http://evil.example/${host}`, "null"])
    assert.equal(statusOf({ origin }, true), 403, origin);
});

test("a page of another site may be left for this one, and nothing more", () => {
  const from = (site: string, mode: string) => ({ "sec-fetch-site": site, "sec-fetch-mode": mode });
  for (const site of ["cross-site", "same-site"]) {
    assert.equal(statusOf(from(site, "navigate"), false), undefined);
    assert.equal(statusOf(from(site, "navigate"), true), 403);
    assert.equal(statusOf(from(site, "no-cors"), false), 403);
    assert.equal(statusOf(from(site, "cors"), true), 403);
  }
  for (const site of ["same-origin", "none"]) assert.equal(statusOf(from(site, "cors"), true), undefined);
});

test("where a token is asked for, a cookie or a bearer shows it whole", () => {
  const asked: Access = { ...access, token };
  const status = (headers: Record<string, string>) => statusOf(headers, false, asked);
  for (const headers of [
    { authorization: `Bearer ${token}` },
    { cookie: `clipwork=${token}` },
    { cookie: `a=b; clipwork=${token}; c=d` },
    { cookie: `clipwork=old; clipwork=${token}` },
  ])
    assert.equal(status(headers), undefined, JSON.stringify(headers));
  for (const headers of [
    {},
    { authorization: token },
    { authorization: `Basic ${token}` },
    { authorization: `Bearer ${token.slice(0, -1)}` },
    { authorization: `Bearer ${token}0` },
    { cookie: "clipwork=" },
    { cookie: `notclipwork=${token}` },
    { cookie: `x=clipwork=${token}` },
  ])
    assert.equal(status(headers), 401, JSON.stringify(headers));
});

test("texts are the same only as a whole", () => {
  assert.ok(same(token, token));
  for (const other of ["", token.slice(1), token.slice(0, -1), `${token} `]) assert.ok(!same(token, other), other);
});

test("the token of a data folder is made once, cannot be guessed, and only its owner may read it", (context) => {
  const folder = temporaryFolder(context);
  const made = tokenOf(folder);
  assert.match(made, /^[0-9a-f]{64}$/);
  assert.equal(tokenOf(folder), made);
  assert.notEqual(tokenOf(temporaryFolder(context)), made);
  assert.equal(readFileSync(join(folder, "token"), "utf8"), `${made}\n`);
  if (process.platform !== "win32") assert.equal(statSync(join(folder, "token")).mode & 0o777, 0o600);
});

test("[A12] a file that holds no token, or a short one, opens no door (C22)", (context) => {
  for (const text of ["", "\n", "  ", "a", "x".repeat(31), `${"x".repeat(32)} ${"x".repeat(32)}`, "x".repeat(201)]) {
    const folder = temporaryFolder(context);
    writeFileSync(join(folder, "token"), text);
    assert.throws(() => tokenOf(folder), BadToken, JSON.stringify(text));
  }
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, "token"));
  assert.throws(() => tokenOf(folder), BadToken, "a folder in its place");
  const own = temporaryFolder(context);
  writeFileSync(join(own, "token"), `${"x".repeat(32)}\n`);
  assert.equal(tokenOf(own), "x".repeat(32));
});

test("[A10] a page of a name that was given is the server's own, by whatever Host a proxy asks", () => {
  const behind: Access = { ...access, given: ["GPU.example"] };
  for (const origin of ["https://gpu.example", "http://gpu.example"])
    assert.equal(statusOf({ origin }, true, behind), undefined);
  for (const origin of ["https://gpu.example.evil.example", "https://evil.example", "null", "https://gpu.example:1"])
    assert.equal(statusOf({ origin }, true, behind), 403, origin);
  const refused = refusal({ headers: { host, origin: "https://a.example" } } as IncomingMessage, access, true)!;
  assert.match(refused.remedy, /--allow-host/);
});
