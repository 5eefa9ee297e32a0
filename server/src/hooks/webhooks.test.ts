import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { Database } from "../data-folder/database.ts";
import { finished, leased, submit } from "../queue/contract.fixture.ts";
import { SqliteQueue } from "../queue/sqlite/sqlite-queue.ts";
import type { Webhook } from "../settings/webhooks.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { receiver } from "./receiver.fixture.ts";
import { SqliteDeliveries } from "./sqlite-deliveries.ts";
import { Webhooks } from "./webhooks.ts";

const key = Buffer.alloc(32, 1);
const day = 86_400_000;

/** A server's queue, and its webhooks as often as they are started on it. */
function server(context: TestContext) {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  const queue = new SqliteQueue(database);
  const told: string[] = [];
  const start = (hooks: readonly Webhook[], now = Date.now) => {
    const heard = new EventTarget();
    const webhooks = new Webhooks({
      ...{ hooks, queue, now },
      deliveries: new SqliteDeliveries(database, now),
      tell(run, _host, failure) {
        told.push(`${run} ${failure ? `${failure.last ? "last" : "again"}: ${failure.why}` : "delivered"}`);
        heard.dispatchEvent(new Event("told"));
      },
      onFault: (error) => Promise.reject(error),
    });
    context.after(() => webhooks.close());
    const until = (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => told.length >= count && resolve();
        heard.addEventListener("told", look);
        look();
      });
    return { webhooks, until };
  };
  const end = async (run: string, time = Date.now()) => {
    await submit(queue, run);
    await queue.report(await leased(queue), finished, time);
  };
  return { queue, deliveries: new SqliteDeliveries(database), told, start, end };
}

const hookTo = (url: string, more: Partial<Webhook> = {}): Webhook => ({ url, key, private: true, ...more });

test("[N1] each run that ends is announced to each webhook that is told of such an end", async (context) => {
  const [all, failures] = [await receiver(context, () => 204), await receiver(context, () => 204)];
  const { start, end, queue, told } = server(context);
  const { webhooks, until } = start([hookTo(all.url), hookTo(failures.url, { states: ["failed", "cancelled"] })]);
  await webhooks.open();
  await end("a");
  await submit(queue, "b");
  await queue.fail(await leased(queue), "no");
  await submit(queue, "c");
  await queue.cancel("c");
  await until(5);
  const types = ({ received }: typeof all) => received.map(({ body }) => JSON.parse(body).type).toSorted();
  assert.deepEqual(types(all), ["run.cancelled", "run.failed", "run.finished"]);
  assert.deepEqual(types(failures), ["run.cancelled", "run.failed"]);
  assert.deepEqual(told.toSorted(), ["a delivered", "b delivered", "b delivered", "c delivered", "c delivered"]);
  assert.deepEqual(await webhooks.counts(), { delivered: 5, failed: 0, abandoned: 0, waiting: 0 });
});

test("[N2] a run whose end was stored and not noted is announced by the next server, once; earlier ones to no new webhook", async (context) => {
  const [old, added] = [await receiver(context, () => 200), await receiver(context, () => 200)];
  const { start, end, told } = server(context);
  await end("before", 1000);
  const first = start([hookTo(old.url)], () => 2000);
  await first.webhooks.open();
  await end("noted", 3000);
  await first.until(1);
  await first.webhooks.close();
  await end("unnoted", 4000);
  const both = [hookTo(old.url), hookTo(added.url)];
  const second = start(both, () => 5000);
  await second.webhooks.open();
  await second.until(2);
  await second.webhooks.close();
  const third = start(both, () => 6000);
  await third.webhooks.open();
  await end("later", 7000);
  await third.until(4);
  assert.deepEqual(told.toSorted(), ["later delivered", "later delivered", "noted delivered", "unnoted delivered"]);
  assert.equal(added.received.length, 1);
});

test("[N2] a message is tried again with the same id until it is taken; after eleven attempts, or once its receiver says that it is gone, it is given up", async (context) => {
  const refusing = await receiver(context, () => 500);
  const gone = await receiver(context, () => 410);
  const { start, end, told } = server(context);
  // A clock on which every delay is over at the next look.
  let time = Date.now();
  const { webhooks, until } = start([hookTo(refusing.url), hookTo(gone.url)], () => {
    time += 2 * day;
    return time;
  });
  await webhooks.open();
  // After the webhooks were opened, on that clock.
  await end("a", time + 100 * day);
  await until(12);
  const failed = told.filter((line) => line.includes("answered 500"));
  assert.deepEqual(failed, [...Array(10).fill("a again: answered 500"), "a last: answered 500"]);
  assert.deepEqual(
    told.filter((line) => line.includes("410")),
    ["a last: answered 410"],
  );
  assert.equal(new Set(refusing.received.map(({ headers }) => headers["webhook-id"])).size, 1);
  assert.deepEqual(await webhooks.counts(), { delivered: 0, failed: 12, abandoned: 2, waiting: 0 });
});

test("[N2] what waits for an address that is no longer configured is forgotten", async (context) => {
  const refusing = await receiver(context, () => 500);
  const { start, end, deliveries } = server(context);
  const first = start([hookTo(refusing.url)]);
  await first.webhooks.open();
  await end("a");
  await first.until(1);
  await first.webhooks.close();
  assert.equal(await deliveries.count(), 1);
  await start([]).webhooks.open();
  assert.equal(await deliveries.count(), 0);
});

test("[N2] a receiver that never answers holds up no other", async (context) => {
  const other = await receiver(context, () => 200);
  const slow = createServer(() => {});
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  context.after(() => {
    slow.close();
    slow.closeAllConnections();
  });
  const { start, end, deliveries } = server(context);
  const deaf = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
  const { webhooks, until } = start([hookTo(deaf), hookTo(other.url)]);
  await webhooks.open();
  for (let i = 0; i < 9; i++) await end(`run ${i}`);
  await until(9);
  assert.deepEqual([other.received.length, await deliveries.count()], [9, 9]);
  await webhooks.close();
});
