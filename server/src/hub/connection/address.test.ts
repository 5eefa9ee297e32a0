import assert from "node:assert/strict";
import { test } from "node:test";
import { type Reach, reachOf } from "./address.ts";

const cases: { readonly [reach in Reach]: readonly string[] } = {
  public: ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"],
  loopback: ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:7f00:0001"],
  private: ["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1"],
  "link-local": ["169.254.169.254", "fe80::1", "febf::1", "::ffff:169.254.169.254"],
  reserved: ["0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "192.0.2.1", "2002:7f00:1::", "64:ff9b::7f00:1", "x", ""],
};

for (const [reach, addresses] of Object.entries(cases))
  test(`addresses that are ${reach} are known as such, however they are written`, () => {
    for (const address of addresses) assert.equal(reachOf(address), reach, address);
  });
