import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type TestContext, test } from "node:test";
import { finished, leased, request } from "../queue/contract.fixture.ts";
import { RedisQueue } from "../queue/redis/redis-queue.ts";
import { Connection } from "../redis/connection.ts";
import { skipRedis, startRedis } from "../redis/redis.fixture.ts";
import { deliveriesContract } from "./deliveries.contract.ts";
import { receiver } from "./receiver.fixture.ts";
import { RedisDeliveries } from "./redis-deliveries.ts";
import { Webhooks } from "./webhooks.ts";

if (skipRedis) test("deliveries in Redis", { skip: skipRedis }, () => {});
else {
  const redis = await startRedis();
  test.after(() => redis.stop());

  /** Servers of a fleet, each with a queue and deliveries, in a part of Redis that nobody else uses. */
  function fleet(context: TestContext) {
    const prefix = `${randomUUID()}:`;
    return async (takenMs?: number) => {
      const queue = await RedisQueue.open(redis.address, { prefix, onFault: assert.ifError });
      const connection = await Connection.open(redis.address, assert.ifError);
      context.after(async () => {
        await queue.close();
        await connection.close();
      });
      const deliveries = new RedisDeliveries(connection, { prefix, ...(takenMs !== undefined && { takenMs }) });
      return { queue, deliveries, connection, prefix };
    };
  }
  type Server = Awaited<ReturnType<ReturnType<typeof fleet>>>;

  deliveriesContract("deliveries in Redis", async (context) => fleet(context)());

  const end = async ({ queue }: Server, run: string) => {
    await queue.submit(run, request, new Uint8Array(1));
    await queue.report(await leased(queue), finished);
  };

  test("[N5] of several servers one sends each message, whoever hears of the end", async (context) => {
    const start = fleet(context);
    const servers = [await start(), await start(), await start()];
    const { url, received, come } = await receiver(context, () => 200);
    const hooks = [{ url, key: Buffer.alloc(32, 1), private: true }];
    const all = servers.map(
      ({ queue, deliveries }) => new Webhooks({ hooks, deliveries, queue, tell() {}, onFault: assert.ifError }),
    );
    for (const webhooks of all) await webhooks.open();
    const runs = Array.from({ length: 9 }, (_, i) => `run ${i}`);
    for (const [i, run] of runs.entries()) await end(servers[i % 3]!, run);
    await come(9);
    // Whatever else was noted would be there by the time that one more has come.
    await end(servers[0]!, "last");
    await come(10);
    const about = received.map(({ body }) => JSON.parse(body).data.id);
    assert.deepEqual(about.toSorted(), [...runs, "last"].toSorted());
    // What has arrived is over a moment later.
    while ((await servers[0]!.deliveries.count()) > 0);
    assert.equal(received.length, 10);
    for (const webhooks of all) await webhooks.close();
  });

  test("[N5] what a server took that is gone another one sends, with the same id", async (context) => {
    const start = fleet(context);
    const [lost, other] = [await start(50), await start(50)];
    const hook = { url: "https://one.example/" };
    await lost.deliveries.open([hook]);
    await other.deliveries.open([hook]);
    await end(lost, "a");
    await lost.deliveries.note("a", [{ id: "m1", url: hook.url, body: "b" }]);
    const [taken] = await lost.deliveries.take(hook.url, 1);
    let again = await other.deliveries.take(hook.url, 1);
    const left = await other.deliveries.next(hook.url);
    assert.ok(again.length > 0 || left! <= 50, "it is due again when that server's time is over");
    while (again.length === 0) again = await other.deliveries.take(hook.url, 1);
    assert.deepEqual(again, [taken]);
  });

  test("an address that no server names any more takes nothing with it, and nothing is noted for nobody", async (context) => {
    const { deliveries, queue, connection, prefix, ...rest } = await fleet(context)();
    const hook = { url: "https://gone.example/" };
    await deliveries.open([hook]);
    const kept = await connection.send(["HGET", `${prefix}hooks`, hook.url]);
    const [since, states, heard] = JSON.parse(String(kept));
    const longAgo = JSON.stringify([since, states, String(Number(heard) - 260_000_000)]);
    await connection.send(["HSET", `${prefix}hooks`, hook.url, longAgo]);
    await deliveries.open([]);
    assert.deepEqual(await deliveries.told(), []);
    await end({ deliveries, queue, connection, prefix, ...rest }, "a");
    assert.deepEqual(await deliveries.ended(9), []);
  });

  test("[N1] a server that has run for long is told of ends though another one has forgotten its address, and when Redis has", async (context) => {
    const start = fleet(context);
    const { queue, deliveries, connection, prefix } = await start();
    const { url, received } = await receiver(context, () => 200);
    let time = Date.now();
    const webhooks = new Webhooks({
      ...{ hooks: [{ url, key: Buffer.alloc(32, 1), private: true }], deliveries, queue, now: () => time },
      ...{ tell() {}, onFault: assert.ifError },
    });
    await webhooks.open();
    assert.ok(Number(await connection.send(["PTTL", `${prefix}hooks`])) > 0, "with the last server it goes");
    await connection.send(["DEL", `${prefix}hooks`]);
    time += 30_000;
    const server = { queue, deliveries, connection, prefix };
    // The first of them has it look.
    for (let i = 0; i < 500 && received.length === 0; i++) await end(server, `run ${i}`);
    assert.ok(received.length > 0);
    await webhooks.close();
  });
}
