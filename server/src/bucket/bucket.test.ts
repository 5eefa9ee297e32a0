import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { Bucket } from "./bucket.ts";
import { isStoreAway } from "./store-away.ts";

/** A store that breaks off so many requests, then answers with that status; and how often it was asked. */
async function storeAway(context: TestContext, requests: number, status: number) {
  process.env.AWS_ACCESS_KEY_ID ??= "test";
  process.env.AWS_SECRET_ACCESS_KEY ??= "test-secret";
  let asked = 0;
  const server = createServer((request, response) => {
    if (asked++ < requests) return request.socket.destroy();
    request.resume();
    response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const address = { bucket: "test", folder: "", region: "us-east-1", endpoint: `http://127.0.0.1:${port}` };
  return { address, asked: () => asked };
}

test("[P18] a store that is away is waited for, and then has what it was given", async (context) => {
  const { address, asked } = await storeAway(context, 5, 200);
  const bucket = new Bucket(address, { attempts: 1, pauseMs: 1 });
  await bucket.put("a", Uint8Array.of(1));
  assert.equal(asked(), 6);
  bucket.close();
});

test("[P18] what a store says against a request is not asked again, and one that stays away is given up", async (context) => {
  const refusing = await storeAway(context, 0, 403);
  const bucket = new Bucket(refusing.address, { attempts: 1, pauseMs: 1 });
  await assert.rejects(bucket.put("a", Uint8Array.of(1)));
  assert.equal(refusing.asked(), 1);
  const away = await storeAway(context, Number.POSITIVE_INFINITY, 200);
  const impatient = new Bucket(away.address, { attempts: 1, pauseMs: 1, patienceMs: 20 });
  await assert.rejects(impatient.has("a"), { code: "STORE_AWAY" });
  assert.ok(away.asked() > 1);
  for (const one of [bucket, impatient]) one.close();
});

test("[P18] a store that stayed away is asked once by whoever comes next, until it answers", async (context) => {
  const { address, asked } = await storeAway(context, 6, 200);
  const bucket = new Bucket(address, { attempts: 1, pauseMs: 1, patienceMs: 0 });
  assert.equal(await bucket.trouble(), undefined);
  assert.equal(asked(), 0, "of a store of which nothing bad is known nothing is asked");
  await assert.rejects(bucket.put("a", Uint8Array.of(1)), isStoreAway);
  const before = asked();
  await assert.rejects(bucket.put("a", Uint8Array.of(1)), isStoreAway);
  assert.equal(asked(), before + 1);
  assert.match((await bucket.trouble())!.message, /does not answer/);
  while (await bucket.trouble());
  const back = asked();
  assert.equal(await bucket.trouble(), undefined);
  assert.equal(asked(), back);
  await bucket.put("a", Uint8Array.of(1));
  bucket.close();
});
