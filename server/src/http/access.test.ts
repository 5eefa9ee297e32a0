import assert from "node:assert/strict";
import { test } from "node:test";
import { hostsOf, isLoopback } from "./access.ts";

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
