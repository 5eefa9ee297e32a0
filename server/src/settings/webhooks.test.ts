import assert from "node:assert/strict";
import { test } from "node:test";
import { readWebhooks } from "./webhooks.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const url = "https://hooks.example/clipwork?x=1";

test("a webhook is an address and a key, and says whether it may lie in a private network and which ends it is told of", () => {
  assert.deepEqual(readWebhooks([{ url: `${url}#part`, secret }]), [{ url, key: Buffer.alloc(32, 7), private: false }]);
  const near = { url: "http://127.0.0.1:9/", secret, private: true, states: ["failed"] };
  assert.deepEqual(readWebhooks([near]), [
    { url: near.url, key: Buffer.alloc(32, 7), private: true, states: ["failed"] },
  ]);
});

test("what is no webhook is refused in words", () => {
  for (const [value, says] of [
    [{}, /has to be a list/],
    [Array(21).fill({ url, secret }), /more than 20/],
    [[7], /entry 1 is not an object/],
    [[{ url, secret, headers: {} }], /unknown field "headers"/],
    [[{ secret }], /needs a "url" that begins with https:$/],
    [[{ url: "http://hooks.example/", secret }], /begins with https:$/],
    [[{ url: "ftp://hooks.example/", secret, private: true }], /https: or http:/],
    [[{ url: "https://me:word@hooks.example/", secret }], /a user/],
    [[{ url, secret: "whsec_c2hvcnQ=" }], /24 to 64 bytes/],
    [[{ url, secret: "password" }], /whsec_/],
    [[{ url }], /whsec_/],
    [[{ url, secret, private: "yes" }], /"private"/],
    [[{ url, secret, states: ["finished", "ended"] }], /finished, failed, cancelled/],
    [[{ url, secret, states: ["failed", "failed"] }], /each once/],
    [[{ url, secret, states: [] }], /each once/],
    [
      [
        { url, secret },
        { url: `${url}#a`, secret },
      ],
      /entry 2 has the address of another/,
    ],
  ] as const) {
    const read = readWebhooks(value);
    assert.ok(typeof read === "string", JSON.stringify(value));
    assert.match(read, says);
  }
});
