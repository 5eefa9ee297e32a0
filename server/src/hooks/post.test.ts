import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { post } from "./post.ts";
import { receiver } from "./receiver.fixture.ts";

const { signal } = new AbortController();

test("[N4] a receiver on this machine or in a private network gets nothing unless the webhook says so, whatever its name resolves to", async (context) => {
  const { url, received } = await receiver(context, () => 200);
  const { port } = new URL(url);
  for (const [target, addresses] of [
    [url, []],
    [`http://hooks.example:${port}/`, ["127.0.0.1"]],
    [`http://hooks.example:${port}/`, ["8.8.8.8", "10.0.0.1"]],
    [`http://[::1]:${port}/`, []],
    [`http://2130706433:${port}/`, []],
  ] as const)
    await assert.rejects(
      post({ url: target, private: false }, "{}", {}, { signal, resolve: async () => addresses }),
      /"private": true/,
      target,
    );
  for (const address of ["169.254.169.254", "0.0.0.0", "224.0.0.1"])
    await assert.rejects(
      post({ url: "http://hooks.example/", private: true }, "{}", {}, { signal, resolve: async () => [address] }),
      /may lie there/,
      address,
    );
  assert.equal(received.length, 0);
  assert.equal(await post({ url, private: true }, "{}", { "webhook-id": "m" }, { signal }), 200);
  assert.deepEqual([received[0]!.body, received[0]!.headers["webhook-id"]], ["{}", "m"]);
});

test("[N4] the connection goes to the address that was checked, and no redirect is followed", async (context) => {
  const { url, received } = await receiver(context, () => 307);
  const resolve = async () => ["127.0.0.1"];
  const target = `http://hooks.example:${new URL(url).port}/`;
  assert.equal(await post({ url: target, private: true }, "{}", {}, { signal, resolve }), 307);
  assert.equal(received[0]!.headers.host, new URL(target).host);
});

test("a receiver that cannot be reached is said to be so", async () => {
  const gone = async () => Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }));
  await assert.rejects(post({ url: "https://hooks.example/", private: false }, "", {}, { signal, resolve: gone }), {
    message: "cannot be resolved (ENOTFOUND)",
  });
  await assert.rejects(post({ url: "http://127.0.0.1:1/", private: true }, "", {}, { signal }), /ECONNREFUSED/);
});

test("a receiver that answers with another protocol holds nothing up", { timeout: 10_000 }, async (context) => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    );
  });
  context.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await assert.rejects(post({ url, private: true }, "{}", {}, { signal }), /something else than HTTP/);
});
